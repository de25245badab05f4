"""What agents type into the search, the queue's filter and the list of commands, in a real browser."""

from harness.api import wait_for
from harness.axe import find_faults
from harness.browser import Windows
from harness.office import Office
from playwright.sync_api import Browser, Locator, Page, expect

from trackline_local.system import System

expect.set_options(timeout=60_000)


def options(page: Page) -> Locator:
    """Leaves out those of select elements."""
    return page.locator('[role="option"]')


def choose(page: Page, label: str) -> None:
    """Goes down the list by keys until the option is the current one, and takes it."""
    expect(options(page).filter(has_text=label).first).to_be_visible()
    for _ in range(options(page).count()):
        page.keyboard.press("ArrowDown")
        if page.locator('[role="option"][aria-selected="true"]', has_text=label).count():
            break
    page.keyboard.press("Enter")


def test_the_search_box_completes_fields_and_names(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, "/search")
    box = page.get_by_role("combobox", name="Search in tickets and articles")
    box.press_sequentially("assi")
    choose(page, "Assignee")
    expect(box).to_have_value("assignee:")
    box.press_sequentially("ines")
    choose(page, "Ines Keller")
    expect(box).to_have_value('assignee:"Ines Keller" ')
    box.press_sequentially("tag:outl")
    choose(page, "outlook")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".hit")).to_contain_text(office.talk)
    page.locator(".facets .chip", has_text="Tags").click()
    expect(box).to_have_value('assignee:"Ines Keller"')
    expect(page.locator(".hit").nth(1)).to_be_visible()


def test_a_word_that_is_not_understood_is_named_and_the_text_stays(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, "/search?q=vpn+state:opne")
    told = page.locator(".notice")
    expect(told).to_contain_text("“opne” is not understood after “state:”. Possible: new, open")
    expect(told).to_contain_text("searched as words, also state:opne.")
    expect(page.get_by_role("combobox")).to_have_value("vpn state:opne")


def test_phrases_and_minus_find_what_they_say(office: Office) -> None:
    def found(q: str) -> set[str]:
        answer = office.agent.get("/search", q=q, type="ticket")
        assert answer["meta"]["read_as_words"] is None or answer["meta"]["read_as_words"]["why"] == "nothing"
        return {hit["number"] for hit in answer["data"] if not answer["meta"]["read_as_words"]}

    dark, blank = office.numbers[3], office.numbers[6]
    assert dark in wait_for(lambda: found('"screen stays black"'))
    assert dark not in found('"black stays screen"')
    assert blank in found("pages -toner")
    assert blank not in found("pages -scanner")
    assert dark in found("created:today black -scanner")
    assert found("created:today -scanner").isdisjoint({blank})
    assert found("created:>1d type:ticket -scanner").isdisjoint({dark, blank})


def test_the_queue_is_filtered_by_keys_and_the_address_is_the_truth(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, "/desk/open")
    rows = page.locator("#rows tr")
    before = rows.count()
    page.keyboard.press("f")
    field = page.get_by_role("combobox", name="Filter these tickets")
    expect(field).to_be_focused()
    choose(page, "Team")
    # A list shows eight teams, and other tests have made more.
    field.press_sequentially("serv")
    choose(page, "Service Desk")
    expect(page.locator(".chips .chip", has_text="Team Service Desk")).to_be_visible()
    assert page.url.endswith("/desk/open?q=team%3A%22Service+Desk%22")
    narrowed = rows.count()
    assert 0 < narrowed < before
    page.keyboard.press("f")
    expect(field).to_be_focused()
    field.press_sequentially("wifi")
    page.keyboard.press("Enter")
    expect(page.locator(".chips .chip", has_text="Text wifi")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("VPN drops")
    page.go_back()
    expect(rows).to_have_count(narrowed)
    expect(page.locator(".chips .chip", has_text="Text wifi")).to_have_count(0)
    page.locator(".chips .chip", has_text="Team").click()
    expect(rows).to_have_count(before)


def test_a_mistake_in_the_filter_keeps_the_list_and_the_text(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, "/desk/open?q=state:new")
    rows = page.locator("#rows tr").count()
    page.keyboard.press("f")
    field = page.get_by_role("combobox", name="Filter these tickets")
    field.press_sequentially("asignee:me")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Did you mean “assignee”?")
    expect(field).to_have_value("asignee:me")
    expect(page.locator("#rows tr")).to_have_count(rows)


def test_without_scripts_both_fields_work_by_typing(browser: Browser, system: System, office: Office) -> None:
    signed_in = Windows(browser, system.url).open(office.agent, "/profile").context
    context = browser.new_context(java_script_enabled=False, storage_state=signed_in.storage_state())
    page = context.new_page()
    page.goto(f"{system.url}/search")
    page.fill("input[name=q]", "assignee:me state:pending")
    page.click("button:has-text('Search')")
    expect(page.locator(".hit", has_text=office.pending)).to_be_visible()
    page.goto(f"{system.url}/desk/open")
    page.click(".filtering summary")
    page.fill(".filtering input[type=search]", "state:pending")
    page.click(".filtering button")
    expect(page.locator("#rows tr", has_text=office.pending)).to_be_visible()
    context.close()


def test_the_commands_go_act_and_find(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, f"/t/{office.talk}")
    page.locator("#text").fill("half a thought")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search for a command")
    expect(field).to_be_focused()
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("group", name="On this page").get_by_role("option", name="Note n")).to_be_visible()
    page.keyboard.type("note")
    page.keyboard.press("Enter")
    expect(page.locator('[name="visibility"][value="internal"]')).to_be_checked()
    expect(page.locator("#text")).to_have_value("half a thought")
    page.keyboard.press("Control+k")
    page.keyboard.type("lindqv")
    expect(options(page).filter(has_text="Maria Lindqvist")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("unassigned")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/unassigned")
    page.keyboard.press("Control+k")
    page.keyboard.type("blank pages")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/t/{office.numbers[6]}")


def test_the_commands_say_when_nobody_answers(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, "/desk/open")
    page.route("**/palette*", lambda route: route.abort())
    page.keyboard.press("Control+k")
    expect(page.get_by_role("status").filter(has_text="Trackline does not answer")).to_be_visible()
    expect(options(page).filter(has_text="New ticket")).to_be_visible()


def test_on_a_phone_the_search_button_opens_the_commands(windows: Windows, office: Office) -> None:
    page = windows.open(office.requester, "/", 390)
    page.get_by_role("navigation", name="Main").last.get_by_text("Search").click()
    field = page.get_by_role("combobox", name="Search for a command")
    expect(field).to_be_focused()
    field.fill("vpn")
    expect(options(page).filter(has_text="VPN drops")).to_be_visible()
    heights = [option.bounding_box() for option in options(page).all()]
    assert all(box and box["height"] >= 44 for box in heights)
    number = options(page).filter(has_text="VPN drops").locator("small").bounding_box()
    assert number
    assert number["height"] < 30, "the number is broken into two lines"


def test_on_a_phone_a_thumb_hits_the_examples_of_a_search(windows: Windows, office: Office) -> None:
    page = windows.open(office.requester, "/search", 390)
    heights = [link.bounding_box() for link in page.locator(".search-help a").all()]
    assert heights
    assert all(box and box["height"] >= 44 for box in heights)


def test_open_lists_are_accessible(windows: Windows, office: Office) -> None:
    page = windows.open(office.agent, "/desk/open")
    page.keyboard.press("f")
    expect(options(page).first).to_be_visible()
    assert find_faults(page) == []
    page.keyboard.press("Control+k")
    current = page.locator("#palette-list").get_by_role("option", selected=True)
    expect(current).to_be_visible()
    assert current.evaluate("option => getComputedStyle(option).boxShadow") != "none", "only a tint marks the option"
    assert find_faults(page) == []
