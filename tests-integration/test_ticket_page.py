"""The page of a ticket in a real browser: what is in view, what is formatted, and what works on a phone."""

from harness.api import Api, wait_for
from harness.browser import Windows
from harness.office import Office
from playwright.sync_api import Locator, Page, expect

LONG = "\n".join(f"Line {number} of the log says that nothing is wrong." for number in range(120))
PASTE = """(field, [type, text]) => {
    const data = new DataTransfer();
    data.setData(type, text);
    if (type === "text/html") {
        data.setData("text/plain", "Host\\tState");
        data.items.add(new File(["x"], "image.png", { type: "image/png" }));
    }
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
SMALL_FIELDS = """() => [...document.querySelectorAll("input, textarea, select")]
    .filter(one => !["hidden", "file", "radio", "checkbox"].includes(one.type))
    .filter(one => one.checkVisibility() && parseFloat(getComputedStyle(one).fontSize) < 16)
    .map(one => one.outerHTML.slice(0, 120))"""


def reply(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#text")).to_be_empty()


def wait_for_unread(who: Api, number: str) -> None:
    wait_for(lambda: any(one["number"] == number and not one["read"] for one in who.get("/notifications")["data"]))


def test_comments_are_formatted_for_both_sides(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Formatted", description="It is **not** formatted")["number"]
    office.agent.comment(number, "Neither is **this**, from a program")
    helping, asking = windows.open(office.agent, f"/t/{number}"), windows.open(office.requester, f"/t/{number}")
    reply(helping, "Please **restart** it:\nthen\n\n- wait\n- <b>call</b> us")
    for page in (helping, asking):
        shown = page.locator("#timeline .comment").nth(2)
        expect(shown.locator("strong", has_text="restart")).to_be_visible()
        expect(shown.locator("li")).to_have_text(["wait", "<b>call</b> us"])
        expect(shown.locator("p br")).to_have_count(1)
        expect(page.locator("#timeline")).to_contain_text("It is **not** formatted")
        expect(page.locator("#timeline")).to_contain_text("Neither is **this**, from a program")
    reply(asking, "I *did*")
    expect(helping.locator("#timeline em", has_text="did")).to_be_visible()


def test_the_toolbar_and_the_preview(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Toolbar")["number"]
    for page in (windows.open(office.agent, f"/t/{number}"), windows.open(office.requester, f"/t/{number}")):
        field = page.locator("#text")
        field.fill("important")
        field.select_text()
        page.locator("#composer md-bold").click()
        expect(field).to_have_value("**important**")
        page.locator("#composer [data-preview]").click()
        expect(page.locator("#composer .preview strong")).to_have_text("important")
        expect(field).to_be_hidden()
        page.locator("#composer [data-preview]").click()
        expect(field).to_be_focused()
        expect(field).to_have_value("**important**")
        field.fill("")


def test_a_table_is_pasted_as_markdown(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, f"/t/{office.pending}")
    field = page.locator("#text")
    field.fill("")
    field.evaluate(PASTE, ["text/plain", "Host\tState\nweb|1\tdown"])
    expect(field).to_have_value("| Host | State |\n| --- | --- |\n| web\\|1 | down |\n")
    field.fill("Look:")
    rows = "<tr><th>Host</th><th>State</th></tr><tr><td>web\n 2</td><td>up</td></tr>"
    field.evaluate(PASTE, ["text/html", f"<meta charset='utf-8'><table>{rows}</table>"])
    expect(field).to_have_value("Look:\n\n| Host | State |\n| --- | --- |\n| web 2 | up |\n")
    expect(page.locator(".file-chosen")).to_have_count(0)
    field.fill("")


def test_a_ticket_opens_where_its_news_begin(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Long first message", description=LONG)["number"]
    page = windows.open(office.agent, f"/t/{number}")
    expect(page.locator("#timeline .comment header").first).to_be_in_viewport()
    # An open page marks its news as read.
    page.close()
    office.agent.update(number, changes={"assignee_id": office.agent.me["id"]}, comment={"text": "Looking at it."})
    for text in ("One more thing.", "And another."):
        office.requester.comment(number, text)
    wait_for_unread(office.agent, number)
    wait_for_unread(office.requester, number)
    page = windows.open(office.agent, f"/t/{number}")
    _check_news(page.locator("#timeline"), "One more thing.", "And another.")
    page = windows.open(office.requester, f"/t/{number}")
    _check_news(page.locator("#timeline"), "Looking at it.", "Looking at it.")


def _check_news(timeline: Locator, first: str, newest: str) -> None:
    expect(timeline.locator(".first-unread")).to_have_count(1)
    expect(timeline.locator(".first-unread + .comment")).to_contain_text(first)
    expect(timeline.locator(".comment", has_text=newest).last).to_be_in_viewport(ratio=1)


def test_the_requester_is_under_the_title(windows: Windows, office: Office, admin: Api) -> None:
    known = {"phone": "+49 30 1234", "department": "Payroll", "location": "Floor 3"}
    admin.patch(f"/users/{office.requester.me['id']}", known)
    page = windows.open(office.agent, f"/t/{office.talk}")
    head = page.locator("#status")
    for fact in (office.requester.me["name"], "Payroll"):
        expect(head).to_contain_text(fact)
    expect(page.locator("#panel")).to_contain_text("Floor 3")
    expect(head.get_by_role("link", name="+49 30 1234")).to_have_attribute("href", "tel:+49301234")
    expect(head.locator(".state:visible, .priority:visible")).to_have_count(0)


def test_a_phone_has_a_way_back_and_does_not_zoom(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, f"/t/{office.talk}", 390)
    assert page.evaluate(SMALL_FIELDS) == []
    page.locator("[data-tab-toggle]").first.click()
    expect(page.locator("#panel")).to_be_visible()
    assert page.evaluate(SMALL_FIELDS) == []
    page.locator("#panel [data-tab-toggle]").click()
    page.get_by_role("link", name="Back to the queue").click()
    expect(page).to_have_url(f"{windows.url}/desk/mine")
    page = windows.open(office.requester, f"/t/{office.talk}", 390)
    assert page.evaluate(SMALL_FIELDS) == []
    page.get_by_role("link", name="All requests").click()
    expect(page).to_have_url(f"{windows.url}/requests")


def test_the_list_leads_from_ticket_to_ticket_and_back(windows: Windows, office: Office) -> None:
    first, second, third = office.numbers[:3]
    page = windows.open(office.agent, f"/t/{first}")
    expect(page.locator("[data-neighbours]")).to_be_hidden()
    back = "/desk/open?sort=title"
    place = {"url": back, "numbers": [first, second, third], "at": first, "scroll": 0}
    page.evaluate("place => sessionStorage.setItem('list', JSON.stringify(place))", place)
    page.goto(f"{windows.url}/t/{second}")
    expect(page.locator("[data-neighbours]")).to_contain_text("2 of 3")
    page.keyboard.press("]")
    expect(page).to_have_url(f"{windows.url}/t/{third}")
    page.keyboard.press("]")
    page.get_by_role("link", name="Previous ticket").click()
    expect(page).to_have_url(f"{windows.url}/t/{second}")
    page.keyboard.press("[")
    expect(page).to_have_url(f"{windows.url}/t/{first}")
    page.get_by_role("link", name="Back to the queue").click()
    expect(page).to_have_url(windows.url + back)


def test_the_composer_names_its_reader_and_takes_one_text_for_a_solution(windows: Windows, office: Office) -> None:
    name = office.requester.me["name"]
    number = office.requester.new_ticket("Solved by a reply")["number"]
    office.agent.update(number, changes={"assignee_id": office.agent.me["id"]})
    page = windows.open(office.agent, f"/t/{number}")
    field, solution = page.locator("#text"), page.locator("#resolution")
    expect(field).to_have_attribute("placeholder", f"Reply to {name} · r")
    page.keyboard.press("n")
    expect(field).to_have_attribute("placeholder", "Note, which only agents see · n")
    page.locator("#send-menu summary").click()
    page.locator("[data-resolve]").click()
    expect(solution).to_be_visible()
    solution.fill("Said beside the note")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(solution).to_be_hidden()
    field.fill("It was the **cable**.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment-solution strong", has_text="cable")).to_be_visible()
    assert office.agent.get(f"/tickets/{number}")["resolution"] == "It was the **cable**."
    page.keyboard.press("z")
    expect(page.locator(".comment-solution")).to_have_count(0)
    expect(page.locator("#timeline strong", has_text="cable")).to_be_visible()
