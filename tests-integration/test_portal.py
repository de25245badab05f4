"""The portal in a real browser: two windows that see each other, and nothing that axe complains about."""

import statistics
import time
from collections.abc import Iterator

import pytest
from harness.api import Api
from harness.browser import Windows, chromium, found_wrong
from harness.office import Office, open_office
from harness.screens import screens
from playwright.sync_api import Browser, Page, expect, sync_playwright

from trackline_local.system import System

ROUNDS = 30
SHOWN = """text => new Promise(done => {
    const look = () => document.getElementById("timeline").innerText.includes(text) && (watch.disconnect(), done());
    const watch = new MutationObserver(look);
    watch.observe(document.body, {childList: true, subtree: true});
    look();
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield chromium(playwright)


@pytest.fixture
def windows(browser: Browser, system: System) -> Iterator[Windows]:
    windows = Windows(browser, system.url)
    yield windows
    assert windows.complaints == []


@pytest.fixture(scope="module")
def office(admin: Api) -> Iterator[Office]:
    with open_office(admin) as office:
        yield office


def connected(page: Page) -> None:
    """The window's live stream stands: what happens from now on arrives in it."""
    expect(page.locator("html")).to_have_attribute("data-live", "open", timeout=15_000)


def test_requester_and_agent_see_each_other_without_reload(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Screen flickers")["number"]
    asking, helping = windows.open(office.requester, f"/t/{number}"), windows.open(office.agent, f"/t/{number}")
    connected(asking)
    connected(helping)
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
    helping.locator('[name="visibility"][value="internal"]').check(force=True)
    helping.fill("#text", "a known bad batch of cables")
    helping.keyboard.press("Control+Enter")
    expect(helping.locator("#timeline")).to_contain_text("a known bad batch")
    asking.fill("#text", "The blue one")
    asking.keyboard.press("Control+Enter")
    expect(asking.locator("#status")).to_contain_text("With us since")
    expect(asking.locator("body")).not_to_contain_text("a known bad batch")


def test_a_comment_is_on_the_other_screen_soon(windows: Windows, office: Office) -> None:
    number = office.requester.new_ticket("Measured")["number"]
    page = windows.open(office.agent, f"/t/{number}")
    connected(page)
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
    connected(page)
    page.fill("#text", "still being written")
    system.programs["gateway"].stop()
    expect(page.locator("#offline")).to_be_visible(timeout=15_000)
    system.programs["gateway"].start()
    system.wait_ready()
    office.requester.comment(number, "written while you were away")
    expect(page.locator("#timeline")).to_contain_text("written while you were away", timeout=20_000)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("still being written")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_screen(windows: Windows, office: Office, admin: Api, width: int) -> None:
    wrong = {}
    for screen in screens(office, admin):
        page = windows.open(screen.who, screen.path, width)
        screen.prepare(page)
        if found := found_wrong(page):
            wrong[screen.name] = found
        page.close()
    assert wrong == {}
