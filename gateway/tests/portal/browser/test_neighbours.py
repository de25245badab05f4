"""Whoever went on from ticket to ticket of a list returns to the row of the one that they saw last."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from .rows import CURRENT, current, numbers, press, scroll_of
from .site import Site

PLACES = [
    (1280, "/desk/open?sort=created_at"),
    (1280, "/desk/open?filter[state]=open&sort=created_at"),
    (390, "/desk/open?sort=created_at"),
]
SCROLL = "main => { main.scrollTop = 400; }"
# The rows from this one on are below the heads, and the next four are in view.
FIRST_IN_VIEW = "rows => rows.findIndex(row => row.getBoundingClientRect().top > 150)"


async def by_browser(page: Page) -> None:
    await page.go_back(wait_until="load")


async def by_link(page: Page) -> None:
    await page.locator("a[data-back]").click()


Way = Callable[[Page], Awaitable[None]]
back = pytest.mark.parametrize("way", [by_browser, by_link])


async def open_row(page: Page, index: int) -> None:
    number = (await numbers(page))[index]
    await page.locator("#rows .cell-title a").nth(index).click()
    await page.wait_for_url(f"**/t/{number}")


async def go_on(page: Page, *listed: str) -> None:
    """Goes to each of the tickets, from the one before it, by key or, on a phone, by link."""
    phone = page.viewport_size and page.viewport_size["width"] < 640
    for number in listed:
        await expect(page.locator("[data-neighbours]")).to_be_visible()
        await (page.locator('[data-neighbour="1"]').tap() if phone else press(page, "]"))
        await page.wait_for_url(f"**/t/{number}")


@back
@pytest.mark.parametrize(("width", "address"), PLACES)
async def test_the_cursor_and_the_scroll_position_are_those_of_the_last_ticket(
    site: Site, width: int, address: str, way: Way
) -> None:
    page = await site.open("ines", address, width)
    listed = await numbers(page)
    await page.locator("#main").evaluate(SCROLL)
    at = await page.locator("#rows tr").evaluate_all(FIRST_IN_VIEW)
    scroll = await scroll_of(page)
    await open_row(page, at)
    await go_on(page, *listed[at + 1 : at + 3])
    await way(page)
    await expect(page.locator(CURRENT)).to_contain_text(listed[at + 2])
    assert await numbers(page) == listed
    assert await scroll_of(page) == scroll > 300


@back
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_row_of_the_last_ticket_comes_into_view(site: Site, width: int, way: Way) -> None:
    page = await site.open("ines", "/desk/open", width)
    listed = await numbers(page)
    await open_row(page, 16)
    await go_on(page, *listed[17:23])
    await way(page)
    await expect(page.locator(CURRENT)).to_contain_text(listed[22])
    await expect(page.locator(CURRENT)).to_be_in_viewport(ratio=1)


@back
async def test_each_order_of_a_list_has_its_own_row(site: Site, way: Way) -> None:
    page = await site.open("ines", "/desk/open")
    before = await numbers(page)
    await open_row(page, 2)
    await go_on(page, before[3])
    await way(page)
    await page.locator("thead a", has_text="Priority").click()
    await page.wait_for_url("**sort=*")
    listed = await numbers(page)
    assert listed != before
    await open_row(page, 6)
    await go_on(page, *listed[7:9])
    await way(page)
    await page.wait_for_url("**sort=*")
    await expect(page.locator(CURRENT)).to_contain_text(listed[8])
    await press(page, "j")
    assert await current(page) == listed[9]
    await page.goto("/desk/open")
    await expect(page.locator("#rows tr")).to_have_count(len(before))
    await expect(page.locator(CURRENT)).to_have_count(0)
