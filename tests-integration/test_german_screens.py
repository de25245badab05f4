"""German words are a third longer. On a phone nothing may be wider than its window, and no button may cut its words."""

from collections.abc import Iterator

import pytest
from harness.api import Api
from harness.browser import Windows, chromium
from harness.office import Office, set_language
from harness.screens import screens
from playwright.sync_api import Page, sync_playwright

from trackline_local.system import System

# Elements that scroll sideways, such as a row of chips, may be wider than the window.
CUT = """() => {
    const scrolls = one => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const inside = one => one && (scrolls(one) || inside(one.parentElement));
    const { clientWidth } = document.documentElement;
    const found = [...document.querySelectorAll("button, .btn, .quiet, .chip, .link-button, summary, h1, h2, label")]
        .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".visually-hidden, thead"))
        .filter(one => {
            const { left, right } = one.getBoundingClientRect();
            const outside = (right > clientWidth + 1 || left < -1) && !inside(one.parentElement);
            return outside || (one.clientWidth && one.scrollWidth > one.clientWidth + 1);
        });
    const wider = document.documentElement.scrollWidth - clientWidth;
    return [...found.map(one => one.outerHTML.slice(0, 160)), ...(wider > 0 ? [`${wider} px too wide`] : [])];
}"""


@pytest.fixture
def german_office(admin: Api, office: Office) -> Iterator[Office]:
    set_language(admin, office, "de")
    yield office
    set_language(admin, office, "en")


def test_nothing_is_cut_on_a_phone_in_german(system: System, admin: Api, german_office: Office) -> None:
    cut = {}
    with sync_playwright() as playwright:
        windows = Windows(chromium(playwright), system.url, "de")
        pages: dict[Api | None, Page] = {}
        for screen in screens(german_office, admin):
            page = pages[screen.who] = pages.get(screen.who) or windows.page(screen.who, 390)
            page.goto(system.url + screen.path, wait_until="load")
            assert page.locator("html").get_attribute("lang") == "de"
            screen.prepare(page)
            if found := page.evaluate(CUT):
                cut[screen.name] = found
    assert cut == {}
