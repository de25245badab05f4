"""The portal in a real browser: two windows that update each other, and screens without accessibility faults."""

import statistics
import time
from typing import Literal

import pytest
from harness.api import Api, wait_for
from harness.axe import LOOKS, Examiner
from harness.browser import Windows
from harness.office import Office
from harness.screens import screens
from playwright.sync_api import FilePayload, Page, Route, expect

from trackline_local.system import System
from trackline_testing.amounts import amount

ROUNDS = amount("COMMENT_ROUNDS", short=10, long=60)
AXE_LOOKS = amount("AXE_LOOKS", short=1, long=len(LOOKS))
# The system and two browsers share the machine with other tests, so that pages may be slow.
expect.set_options(timeout=60_000)
SHOWN = """text => new Promise(done => {
    const look = () => document.getElementById("timeline").innerText.includes(text) && (watch.disconnect(), done());
    const watch = new MutationObserver(look);
    watch.observe(document.body, {childList: true, subtree: true});
    look();
})"""


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark", "light")
PAINTED = """chart => {
    const {width, height} = chart.querySelector("canvas");
    const {data} = chart.querySelector("canvas").getContext("2d").getImageData(0, 0, width, height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
}"""
# Returns the position in the window of the bar for tickets created on the busiest day.
HIGHEST_BAR = """chart => {
    const drawing = echarts.getInstanceByDom(chart.firstElementChild), {data} = drawing.getOption().series[0];
    const most = Math.max(...data);
    const [x, y] = drawing.convertToPixel({seriesIndex: 0}, [data.indexOf(most), most / 2]);
    const {left, top} = chart.getBoundingClientRect();
    return [left + x - 5, top + y];
}"""


def wait_until_connected(page: Page) -> None:
    """Waits until the live stream of the window is connected, so that it gets all events from now on."""
    expect(page.locator("html")).to_have_attribute("data-live", "open", timeout=60_000)


def test_a_screenshot_and_a_log_are_sent_with_a_reply_and_seen_on_the_other_side(
    windows: Windows, office: Office
) -> None:
    number = office.requester.new_ticket("Strange colours")["number"]
    asking, helping = windows.open(office.requester, f"/t/{number}"), windows.open(office.agent, f"/t/{number}")
    wait_until_connected(helping)
    picture = asking.screenshot()
    chosen: list[FilePayload] = [
        {"name": "colours.png", "mimeType": "image/png", "buffer": picture},
        {"name": "setup.exe", "mimeType": "", "buffer": b"MZ"},
        {"name": "trace.log", "mimeType": "text/plain", "buffer": b"line\n" * 200_000},
        {"name": "wrong.txt", "mimeType": "text/plain", "buffer": b"oops"},
        {"name": "drawing.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
    ]
    expect(asking.locator(".file-note")).to_be_hidden()
    asking.set_input_files(".attach-button input", chosen)
    expect(asking.locator(".file-failed")).to_contain_text(
        "setup.exe is a program file, and program files are not accepted"
    )
    expect(asking.locator(".file-as-text .file-name")).to_be_visible()
    asking.locator(".file-failed [data-remove-file]").click()
    asking.locator(".file-chosen", has_text="wrong.txt").locator("[data-remove-file]").click()
    expect(asking.locator(".file-as-text .file-name")).to_have_text(["drawing.svg.txt"])
    expect(asking.locator(".file-note")).to_be_visible()
    asking.fill("#text", "Like this")
    asking.keyboard.press("Control+Enter")
    shown = helping.locator("#timeline .files")
    expect(shown.locator("li")).to_have_count(3)
    expect(shown).to_contain_text("trace.log")
    expect(shown.locator("img")).to_have_count(1)
    helping.locator("[data-picture='colours.png']").click()
    expect(helping.locator("#picture img")).to_be_visible()
    assert helping.locator("#picture img").evaluate("image => image.naturalWidth") > 0


def test_requester_and_agent_see_each_other_without_reload(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Screen flickers")["number"]
    asking, helping = windows.open(office.requester, f"/t/{number}"), windows.open(office.agent, f"/t/{number}")
    wait_until_connected(asking)
    wait_until_connected(helping)
    helping.fill("#text", "half a thought")
    asking.fill("#text", "It is worse now")
    asking.keyboard.press("Control+Enter")
    expect(helping.locator("#timeline")).to_contain_text("It is worse now")
    expect(helping.locator("#text")).to_have_value("half a thought")
    helping.locator("#text").fill("Which cable?")
    helping.locator("#send-menu summary").click()
    helping.locator('#send-menu [value="pending"]').click()
    expect(asking.locator("#timeline")).to_contain_text("Which cable?")
    expect(asking.locator("#status")).to_contain_text("Waiting for your answer")
    expect(helping.locator("#text")).to_be_empty()
    helping.locator('[name="visibility"][value="internal"]').check(force=True)
    helping.fill("#text", "a known bad batch of cables")
    helping.keyboard.press("Control+Enter")
    expect(helping.locator("#timeline")).to_contain_text("a known bad batch")
    asking.fill("#text", "The blue one")
    asking.keyboard.press("Control+Enter")
    expect(asking.locator("#status")).to_contain_text("Ines Keller has been working on it since")
    expect(asking.locator("body")).not_to_contain_text("a known bad batch")


def test_what_is_chosen_while_a_reply_is_on_its_way_stays_chosen(windows: Windows, office: Office) -> None:
    """The next comment is meant as a note, and must not become a reply when the answer replaces the form."""
    number = office.requester.new_ticket("The projector hums")["number"]
    page = windows.open(office.agent, f"/t/{number}")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/reply", hold)
    page.fill("#text", "Which room?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#text")).not_to_be_editable()
    page.locator('[name="visibility"][value="internal"]').check(force=True)
    waiting[0].continue_()
    expect(page.locator("#text")).to_be_empty()
    expect(page.locator("#text")).to_be_editable()
    expect(page.locator('[name="visibility"][value="internal"]')).to_be_checked()


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_reply_that_gets_no_answer_is_sent_again_once(windows: Windows, office: Office, carried_out: bool) -> None:
    """A gateway that is killed leaves its callers without an answer, before or after it carried out the request."""
    number = office.requester.new_ticket("No answer")["number"]
    page = windows.open(office.requester, f"/t/{number}")
    failures = iter(["abort", "unavailable"])

    def fail_twice(route: Route) -> None:
        failure = None if route.request.method != "POST" else next(failures, None)
        if failure is None:
            return route.continue_()
        if carried_out:
            route.fetch()
        return route.abort() if failure == "abort" else route.fulfill(status=503, body="")

    page.route("**/t/**", fail_twice)
    page.fill("#text", "Sent again")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-failed]")).to_contain_text("Your text is sent again")
    expect(page.locator("#timeline")).to_contain_text("Sent again")
    expect(page.locator("[data-failed]")).to_have_count(0)
    assert next(failures, None) is None
    comments = office.requester.get(f"/tickets/{number}/comments")["data"]
    assert [one["text"] for one in comments].count("Sent again") == 1


def test_a_reply_that_is_not_sent_keeps_its_text_and_takes_files(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Not sent")["number"]
    page = windows.open(office.requester, f"/t/{number}")
    page.route("**/t/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    for _ in range(2):
        page.fill("#text", "Not sent yet")
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-failed]")).to_contain_text("This was not sent.")
        expect(page.locator("#text")).to_have_value("Not sent yet")
    expect(page.locator("form:has(#text) [data-attach]")).to_have_count(1)
    page.unroute("**/t/**")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("Not sent yet")


def test_a_comment_is_on_the_other_screen_soon(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Measured")["number"]
    page = windows.open(office.agent, f"/t/{number}")
    wait_until_connected(page)
    seconds = []
    for round_ in range(ROUNDS):
        office.requester.comment(number, f"comment {round_}.")
        committed = time.monotonic()
        page.evaluate(SHOWN, f"comment {round_}.")
        seconds.append(time.monotonic() - committed)
    p50, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
    print(f"commit to browser: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms of {ROUNDS}")
    assert p50 < 2


def test_a_restart_of_the_gateway_in_between_loses_nothing(windows: Windows, office: Office, system: System) -> None:
    number = office.requester.new_ticket("Across a restart")["number"]
    page = windows.open(office.agent, f"/t/{number}")
    wait_until_connected(page)
    page.fill("#text", "still being written")
    system.programs["gateway"].stop()
    expect(page.locator("#offline")).to_be_visible(timeout=60_000)
    system.programs["gateway"].start()
    system.wait_ready()
    office.requester.comment(number, "written while you were away")
    expect(page.locator("#timeline")).to_contain_text("written while you were away", timeout=60_000)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("still being written")


def my_tickets(office: Office, *titles: str) -> list[str]:
    numbers = [office.requester.new_ticket(title)["number"] for title in titles]
    for number in numbers:
        office.agent.update(number, changes={"assignee_id": office.agent.me["id"]})
    return numbers


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def test_a_day_without_a_mouse(windows: Windows, office: Office) -> None:
    number, *_ = my_tickets(office, "Third from above", "Second from above", "First from above")
    page = windows.open(office.agent, "/")
    toast, state = page.locator("#toast"), page.locator("#status .state")
    keys(page, "g", "q")
    page.wait_for_url("**/desk/mine")
    keys(page, "j", "j", "j", "j", "k", "Enter")
    page.wait_for_url(f"**/t/{number}")
    expect(state).to_have_text("Open")
    keys(page, "n")
    page.keyboard.type("seen it before")
    keys(page, "Control+Enter")
    expect(page.locator(".comment-note")).to_contain_text("seen it before")
    keys(page, "Escape", "r")
    page.keyboard.type("The cable was loose.")
    keys(page, "Control+Shift+Enter")
    expect(state).to_have_text("Resolved")
    expect(page.locator(".comment-solution")).to_contain_text("The cable was loose.")
    keys(page, "z")
    expect(toast).to_contain_text("Your change was undone.")
    expect(state).to_have_text("Open")
    expect(page.locator("#text")).to_have_value("")
    keys(page, "t")
    page.locator("#team_id").select_option(label="Service Desk")
    expect(toast).to_contain_text("Your changes were saved.")
    keys(page, "z")
    expect(toast).to_contain_text("Your change was undone.")
    expect(page.locator("#team_id")).to_have_value("")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    keys(page, "Escape", "/")
    page.wait_for_url("**/search")
    page.keyboard.type("blank pages")
    keys(page, "Enter")
    expect(page.locator(".hit").first).to_contain_text("blank")


def test_several_tickets_without_a_mouse(windows: Windows, office: Office) -> None:
    numbers = my_tickets(office, "Selected, and then not", "Selected", "Selected too")
    page = windows.open(office.agent, "/desk/mine")
    states = page.locator("#rows .state")
    keys(page, "j", "x", "j", "x", "s")
    expect(page.locator("#bulk-state .menu-item").first).to_be_focused()
    keys(page, "ArrowDown", "ArrowDown", "Enter")
    expect(page.locator("#toast")).to_contain_text(f"{numbers[2]}, {numbers[1]}: the state is now “On hold”.")
    expect(states.nth(0)).to_have_text("On hold")
    expect(states.nth(1)).to_have_text("On hold")
    keys(page, "z")
    expect(page.locator("#toast")).to_contain_text(f"{numbers[2]}, {numbers[1]}: Your change was undone.")
    expect(page.locator(f"#row-{numbers[1]} .state")).to_have_text("Open")
    expect(page.locator("#rows a:focus")).to_have_count(1)


def test_a_changed_password_ends_the_other_window(windows: Windows, admin: Api) -> None:
    with admin.new_person("Paula Pane") as paula:
        here, there = windows.open(paula, "/profile"), windows.open(paula, "/", 390)
        here.fill("#new", "password-1234")
        expect(here.locator("#new-strength")).to_contain_text("easy to guess")
        expect(here.locator("#sessions")).to_contain_text("This device")
        here.fill("#current", paula.password)
        here.fill("#new", "four unrelated words")
        here.get_by_role("button", name="Change password").click()
        expect(here.locator("#toast")).to_contain_text("signed out everywhere else")
        here.reload()
        expect(here.locator("h1")).to_have_text("Your profile")
        there.reload()
        expect(there.locator("h1")).to_have_text("Sign in")


def test_charts_are_drawn_by_day_and_by_night_and_their_marks_open_tickets(
    windows: Windows, office: Office, admin: Api
) -> None:
    page = windows.open(admin, "/insights")
    wait_for(lambda: page.reload() and page.locator("#breakdown-table tbody tr").count())
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        charts = page.locator(".chart")
        expect(charts).not_to_have_count(0)
        for chart in charts.all():
            expect(chart.locator("canvas")).to_be_visible()
            assert chart.evaluate(PAINTED) > 1000
    page.mouse.click(*page.locator("[data-kind=trend]").evaluate(HIGHEST_BAR))
    page.wait_for_url("**/insights/tickets?*")
    expect(page.locator("tbody tr")).not_to_have_count(0)


@pytest.mark.timeout(400)
def test_axe_finds_nothing_on_any_screen(windows: Windows, office: Office, admin: Api) -> None:
    examiner = Examiner(windows)
    faults: dict[str, list[str]] = {}
    for screen in screens(office, admin):
        faults |= examiner.find_faults(screen, AXE_LOOKS)
    assert faults == {}
