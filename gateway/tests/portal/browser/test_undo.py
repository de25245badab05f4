"""`z` undoes a change from the moment at which the page offers it."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from .rows import press
from .site import Site

# The task after that in which the offer came.
PRESS_AT_ONCE = """() => new MutationObserver((_, observer) => {
    if (!document.querySelector("#toast form")) return;
    observer.disconnect();
    const { port1, port2 } = new MessageChannel();
    const key = new KeyboardEvent("keydown", { key: "z", bubbles: true, cancelable: true });
    port1.onmessage = () => document.activeElement.dispatchEvent(key);
    port2.postMessage("");
}).observe(document.body, { childList: true, subtree: true })"""

Change = Callable[[Page], Awaitable[None]]


async def choose(page: Page) -> None:
    await press(page, "t")
    await page.locator("#team_id").select_option(label="Network")


async def resolve(page: Page) -> None:
    await press(page, "r")
    await page.keyboard.type("The update is held back.")
    await press(page, "Control+Shift+Enter")


@pytest.mark.parametrize("change", [choose, resolve])
async def test_a_change_is_undone_by_a_key_that_comes_at_once(
    site: Site, change: Callable[[Page], Awaitable[None]]
) -> None:
    before = site.services.tickets["INC-1001"]
    page = await site.open("ines", "/t/INC-1001")
    await page.evaluate(PRESS_AT_ONCE)
    await change(page)
    await expect(page.locator("#toast")).to_contain_text("Your change was undone.")
    after = site.services.tickets["INC-1001"]
    assert (after.team_id, after.state) == (before.team_id, before.state)
    await expect(page.locator("#text")).to_have_value("")
