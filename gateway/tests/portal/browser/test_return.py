"""Somebody who leaves the queue for a ticket returns to their row, and sees what the page says."""

from playwright.async_api import Page, expect

from .rows import CURRENT, current, numbers, press, scroll_of
from .site import Site


async def go_back(page: Page) -> None:
    await page.go_back(wait_until="load")
    await page.wait_for_selector("#rows")


async def test_back_returns_to_the_row_the_scroll_position_and_the_cursor(site: Site) -> None:
    page = await site.open("ines", "/desk/open?sort=created_at")
    listed = await numbers(page)
    await press(page, *["j"] * 31)
    scroll = await scroll_of(page)
    assert scroll > 100
    await press(page, "Enter")
    await page.wait_for_url(f"**/t/{listed[30]}")
    await go_back(page)
    await expect(page.locator(CURRENT)).to_contain_text(listed[30])
    assert await scroll_of(page) == scroll
    await press(page, "j")
    assert await current(page) == listed[31]


async def test_back_returns_beside_a_row_that_has_left_the_view(site: Site) -> None:
    page = await site.open("ines", "/desk/unassigned")
    second, third = (await numbers(page))[1:3]
    await press(page, "j", "j", "Enter")
    await page.wait_for_url(f"**/t/{second}")
    site.services.ticketing.update("admin", second, assignee_id="admin")
    await go_back(page)
    assert second not in await numbers(page)
    await expect(page.locator(CURRENT)).to_contain_text(third)


async def test_the_page_of_a_ticket_finds_the_list_that_it_came_from(site: Site) -> None:
    page = await site.open("ines", "/desk/open?sort=priority")
    listed = await numbers(page)
    await page.locator("#rows tr").nth(4).locator(".cell-title a").click()
    await page.wait_for_url(f"**/t/{listed[4]}")
    place = await page.evaluate("JSON.parse(sessionStorage.getItem('list'))")
    assert (place["url"], place["numbers"], place["at"]) == ("/desk/open?sort=priority", listed, listed[4])


async def test_controls_say_what_is_shown_after_back(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
    shown = await numbers(page)
    await page.keyboard.press("f")
    field = page.get_by_role("combobox", name="Filter these tickets")
    await field.fill("state:new")
    await field.press("Enter")
    await page.wait_for_url("**q=state*")
    chip = page.locator(".chips .chip", has_text="State New")
    await page.locator("#rows tr").first.locator("input[name=ticket]").check(force=True)
    await go_back(page)
    assert await numbers(page) == shown
    await expect(chip).to_have_count(0)
    await expect(page.locator("input[data-complete]")).to_have_value("")
    await page.go_forward(wait_until="load")
    await expect(chip).to_be_visible()
    await expect(page.locator("#rows :checked")).to_have_count(0)
    await page.locator("thead a", has_text="Priority").click()
    await page.wait_for_url("**sort=priority*")
    await go_back(page)
    sorted_by = page.locator("th[aria-sort]")
    await expect(sorted_by).to_have_count(1)
    await expect(sorted_by).to_contain_text("Updated")
