"""What the queue shows: its order, its marks and its counters."""

from playwright.async_api import expect

from .rows import LOCKED, numbers
from .site import Site


async def test_the_counter_of_unassigned_tickets_counts_those_that_one_may_take(site: Site) -> None:
    page = await site.open("ines", "/desk/unassigned")
    rows = page.locator("#rows tr")
    locked, all_rows = await page.locator(LOCKED).count(), await rows.count()
    assert 0 < locked < all_rows
    await expect(page.locator('.rail-item[href="/desk/unassigned"] .count')).to_have_text(str(all_rows - locked))
    nobody = await site.open("dora", "/desk/mine")
    await expect(nobody.locator("#rows")).to_contain_text(str(all_rows - locked))


async def test_the_column_that_sorts_is_shown_and_its_head_sorts(site: Site) -> None:
    page = await site.open("ines", "/desk/unassigned")
    head = page.locator("th[aria-sort]")
    await expect(head).to_contain_text("Opened")
    await expect(head).to_have_attribute("aria-sort", "ascending")
    await expect(page.locator("#rows .cell-opened relative-time").first).to_be_visible()
    for column, direction in (("Opened", "descending"), ("Updated", "descending"), ("Updated", "ascending")):
        await page.locator("thead a", has_text=column).click()
        await expect(head).to_contain_text(column)
        await expect(head).to_have_attribute("aria-sort", direction)
        field = {"Opened": "created_at", "Updated": "updated_at"}[column]
        shown = [getattr(site.services.tickets[number], field) for number in await numbers(page)]
        assert shown == sorted(shown, reverse=direction == "descending")


async def test_a_phone_shows_priority_and_assignee_and_sorts(site: Site) -> None:
    page = await site.open("ines", "/desk/open", 390)
    row = page.locator("#row-INC-1012")
    await expect(row.locator(".cell-priority")).to_be_visible()
    await expect(row.locator(".cell-priority")).to_contain_text("P3")
    await expect(row.locator(".cell-assignee")).to_be_visible()
    await expect(row.locator(".cell-assignee")).to_contain_text("Ines Keller")
    menu = page.locator(".sort-menu")
    await menu.locator("summary").click()
    await menu.get_by_role("link", name="Oldest first").click()
    await page.wait_for_url("**sort=created_at*")
    await expect(page.locator(".sort-menu summary")).to_contain_text("Oldest first")
    shown = [site.services.tickets[number].created_at for number in await numbers(page)]
    assert shown == sorted(shown)
    await expect(page.locator("#rows .cell-opened").first).to_be_visible()
    await expect(page.locator("#rows .cell-opened").first).to_contain_text("Opened")


async def test_a_row_is_36_px_high_and_says_what_is_urgent_and_unread(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
    heights = await page.locator("#rows tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert set(heights) == {36}
    listed = await numbers(page)
    marked = await numbers(page, "#rows tr:has(.priority)")
    assert marked == [number for number in listed if site.services.tickets[number].priority <= 3]
    unread = {one.number for one in site.services.inbox if not one.read} & set(listed)
    assert set(await numbers(page, "#rows tr:has(.unread-dot)")) == unread != set()
    for number in unread:
        title = page.locator(f"#row-{number} .row-title")
        assert await title.evaluate("title => getComputedStyle(title).fontWeight") == "600"
