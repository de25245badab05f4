"""The queue in a real browser: keys act on what they say, Back returns to the row, and live news move nothing."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from .chromium import Seen, chromium, see_portal

pytestmark = pytest.mark.asyncio(loop_scope="module")
CURRENT = "#rows tr[aria-current]"
LOCKED, CHANGEABLE = "#rows tr[data-locked]", "#rows tr:not([data-locked])"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def seen(browser: Browser) -> AsyncIterator[Seen]:
    async with see_portal(browser) as seen:
        yield seen
        assert seen.complaints == []


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def numbers(page: Page, rows: str = "#rows tr") -> list[str]:
    return await page.locator(f"{rows} .number").all_inner_texts()


async def go_to(page: Page, number: str) -> None:
    """Moves the cursor from the first row."""
    await press(page, *["k"] * 50)
    await press(page, *["j"] * (await numbers(page)).index(number))
    assert await current(page) == number


async def current(page: Page) -> str:
    return (await page.locator(f"{CURRENT} .number").inner_text()).strip()


async def scroll_of(page: Page) -> float:
    position: float = await page.locator("#main").evaluate("main => main.scrollTop")
    return position


async def positions(rows: Locator) -> list[Any]:
    found: list[Any] = await rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().top)")
    return found


async def go_back(page: Page) -> None:
    await page.go_back(wait_until="load")
    await page.wait_for_selector("#rows")


async def test_a_key_that_was_called_off_leaves_no_row_selected_and_the_cursor_in_its_place(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    third, fourth = (await numbers(page))[2:4]
    await press(page, "j", "j", "j", "s")
    await expect(page.locator("#bulk-state .menu-item").first).to_be_focused()
    await expect(page.locator("#bulk-bar")).to_contain_text(third)
    await press(page, "Escape")
    await expect(page.locator("#bulk-state")).not_to_have_attribute("open", "")
    await expect(page.locator("#rows :checked")).to_have_count(0)
    await expect(page.locator("#bulk-bar")).to_be_hidden()
    assert await current(page) == third
    await press(page, "j")
    assert await current(page) == fourth


async def test_a_key_changes_the_row_of_the_cursor_while_the_selection_is_out_of_view(seen: Seen) -> None:
    page = await seen.open("/desk/open?sort=created_at")
    listed = await numbers(page)
    selected, here = listed[0], listed[29]
    await press(page, "j", "x", *["j"] * 29, "e")
    await expect(page.locator("#toast")).to_be_visible()
    assert [seen.services.tickets[number].assignee_id for number in (selected, here)] == [None, "ines"]
    await expect(page.locator("#toast")).to_contain_text(f"{here}: assigned to you")
    await expect(page.locator("#rows :checked")).to_have_count(1)
    assert await current(page) == here


async def test_a_key_changes_the_selection_in_view_and_the_toast_names_it(seen: Seen) -> None:
    page = await seen.open("/desk/open?sort=created_at")
    first, second, third = (await numbers(page))[:3]
    await press(page, "j", "x", "j", "x", "j")
    for number in (first, second):
        await expect(page.locator("#bulk-bar")).to_contain_text(number)
    assert await current(page) == third
    await press(page, "e")
    await expect(page.locator("#toast")).to_contain_text(f"{first}, {second}: assigned to you")
    assigned = [seen.services.tickets[number].assignee_id for number in (first, second, third)]
    assert assigned == ["ines", "ines", None]
    await expect(page.locator(CURRENT)).to_contain_text(third)
    await press(page, "z")
    await expect(page.locator("#toast")).to_contain_text(first)
    await expect(page.locator("#toast")).to_contain_text("Your change was undone.")


async def test_a_menu_changes_the_row_of_the_cursor_only(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    first, second = (await numbers(page, CHANGEABLE))[:2]
    before = seen.services.tickets[first].state
    await go_to(page, first)
    await press(page, "x", "x")
    await go_to(page, second)
    await press(page, "s", "ArrowDown", "ArrowDown", "Enter")
    await expect(page.locator("#toast")).to_contain_text(f"{second}: the state is now “On hold”")
    assert [seen.services.tickets[number].state for number in (first, second)] == [before, "on_hold"]


async def test_a_key_says_why_it_did_nothing(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    news = page.locator("#news")
    await press(page, "e")
    await expect(news).to_contain_text("Choose a row first")
    locked = page.locator(LOCKED).first
    number = (await locked.locator(".number").inner_text()).strip()
    await go_to(page, number)
    for key in ("e", "x", "s", "p"):
        await page.evaluate("document.getElementById('news').textContent = ''")
        await press(page, key)
        await expect(news).to_contain_text(f"You may only read {number}")
    await expect(page.locator("details[open]")).to_have_count(0)
    await expect(locked).to_contain_text("Read only")


async def test_the_counter_of_unassigned_tickets_counts_those_that_one_may_take(seen: Seen) -> None:
    page = await seen.open("/desk/unassigned")
    rows = page.locator("#rows tr")
    locked, all_rows = await page.locator(LOCKED).count(), await rows.count()
    assert 0 < locked < all_rows
    await expect(page.locator('.rail-item[href="/desk/unassigned"] .count')).to_have_text(str(all_rows - locked))
    nobody = await seen.open("/desk/mine", "dora", 1280)
    await expect(nobody.locator("#rows")).to_contain_text(str(all_rows - locked))


async def test_back_returns_to_the_row_the_scroll_position_and_the_cursor(seen: Seen) -> None:
    page = await seen.open("/desk/open?sort=created_at")
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


async def test_back_returns_beside_a_row_that_has_left_the_view(seen: Seen) -> None:
    page = await seen.open("/desk/unassigned")
    second, third = (await numbers(page))[1:3]
    await press(page, "j", "j", "Enter")
    await page.wait_for_url(f"**/t/{second}")
    seen.services.ticketing.update("admin", second, assignee_id="admin")
    await go_back(page)
    assert second not in await numbers(page)
    await expect(page.locator(CURRENT)).to_contain_text(third)


async def test_the_page_of_a_ticket_finds_the_list_that_it_came_from(seen: Seen) -> None:
    page = await seen.open("/desk/open?sort=priority")
    listed = await numbers(page)
    await page.locator("#rows tr").nth(4).locator(".cell-title a").click()
    await page.wait_for_url(f"**/t/{listed[4]}")
    place = await page.evaluate("JSON.parse(sessionStorage.getItem('list'))")
    assert (place["url"], place["numbers"], place["at"]) == ("/desk/open?sort=priority", listed, listed[4])


async def test_controls_say_what_is_shown_after_back(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    shown = await numbers(page)
    await page.locator(".chip-add").click()
    await page.locator("#filter-state").select_option("new")
    await page.wait_for_url("**filter*")
    await page.locator("#rows tr").first.locator("input[name=ticket]").check(force=True)
    await go_back(page)
    assert await numbers(page) == shown
    await expect(page.locator("#filter-state")).to_have_value("")
    await page.go_forward(wait_until="load")
    await expect(page.locator("#filter-state")).to_have_value("new")
    await expect(page.locator("#rows :checked")).to_have_count(0)
    await page.locator("thead a", has_text="Priority").click()
    await page.wait_for_url("**sort=priority*")
    await go_back(page)
    sorted_by = page.locator("th[aria-sort]")
    await expect(sorted_by).to_have_count(1)
    await expect(sorted_by).to_contain_text("Updated")


async def test_the_column_that_sorts_is_shown_and_its_head_sorts(seen: Seen) -> None:
    page = await seen.open("/desk/unassigned")
    head = page.locator("th[aria-sort]")
    await expect(head).to_contain_text("Opened")
    await expect(head).to_have_attribute("aria-sort", "ascending")
    await expect(page.locator("#rows .cell-opened relative-time").first).to_be_visible()
    for column, direction in (("Opened", "descending"), ("Updated", "descending"), ("Updated", "ascending")):
        await page.locator("thead a", has_text=column).click()
        await expect(head).to_contain_text(column)
        await expect(head).to_have_attribute("aria-sort", direction)
        field = {"Opened": "created_at", "Updated": "updated_at"}[column]
        shown = [getattr(seen.services.tickets[number], field) for number in await numbers(page)]
        assert shown == sorted(shown, reverse=direction == "descending")


async def test_new_tickets_wait_behind_a_pill_that_covers_and_moves_nothing(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    here = (await numbers(page, CHANGEABLE))[1]
    await go_to(page, here)
    await press(page, "x")
    rows, chip = page.locator("#rows tr"), page.locator(".chip-add")
    before, listed, beside = await positions(rows), await numbers(page), await chip.bounding_box()
    made = [seen.services.ticketing.create("oskar", "Fresh", "Just now.").number for _ in range(3)]
    pill = page.locator("#new-rows")
    await expect(pill).to_have_text("3 new")
    await expect(pill).to_be_visible()
    assert (await positions(rows), await numbers(page), await chip.bounding_box()) == (before, listed, beside)
    covers = await pill.evaluate(
        """pill => [...document.querySelectorAll("main *")].filter(one => {
            if (one.contains(pill) || pill.contains(one) || !one.checkVisibility()) return false;
            const [a, b] = [pill.getBoundingClientRect(), one.getBoundingClientRect()];
            return b.width && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        }).map(one => one.outerHTML.slice(0, 80))"""
    )
    assert covers == []
    await pill.click()
    await expect(pill).to_be_hidden()
    assert set(made) < set(await numbers(page))
    assert await current(page) == here
    assert await numbers(page, "#rows tr:has(:checked)") == [here]


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_live_comment_is_announced_with_its_words_and_time(seen: Seen, width: int) -> None:
    page = await seen.open("/t/INC-1001", width=width)
    seen.services.ticketing.update("maria", "INC-1001", "It asks for the password again, on both screens.")
    news = page.locator("#news")
    await expect(news).to_contain_text("Maria Lindqvist")
    await expect(news).to_contain_text("It asks for the password again")
    assert re.search(r"\d{1,2}:\d\d", await news.inner_text())


async def test_a_phone_shows_priority_and_assignee_and_sorts(seen: Seen) -> None:
    page = await seen.open("/desk/open", width=390)
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
    shown = [seen.services.tickets[number].created_at for number in await numbers(page)]
    assert shown == sorted(shown)
    await expect(page.locator("#rows .cell-opened").first).to_be_visible()
    await expect(page.locator("#rows .cell-opened").first).to_contain_text("Opened")


async def test_space_peeks_into_the_ticket_and_the_list_stays(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    first, second = (await numbers(page))[:2]
    peek = page.locator("#peek")
    await press(page, "j", "Space")
    await expect(peek).to_be_visible()
    await expect(peek).to_contain_text(seen.services.tickets[first].title)
    await press(page, "j")
    await expect(peek).to_contain_text(seen.services.tickets[second].title)
    await press(page, "Space")
    await expect(peek).to_be_hidden()
    await press(page, "Space", "Escape")
    await expect(peek).to_be_hidden()
    assert await current(page) == second
    assert await scroll_of(page) == 0
    await press(page, "Enter")
    await page.wait_for_url(f"**/t/{second}")


async def test_a_row_is_36_px_high_and_says_what_is_urgent_and_unread(seen: Seen) -> None:
    page = await seen.open("/desk/open")
    heights = await page.locator("#rows tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert set(heights) == {36}
    listed = await numbers(page)
    marked = await numbers(page, "#rows tr:has(.priority)")
    assert marked == [number for number in listed if seen.services.tickets[number].priority <= 3]
    unread = {one.number for one in seen.services.inbox if not one.read} & set(listed)
    assert set(await numbers(page, "#rows tr:has(.unread-dot)")) == unread != set()
    for number in unread:
        title = page.locator(f"#row-{number} .row-title")
        assert await title.evaluate("title => getComputedStyle(title).fontWeight") == "600"


async def test_others_are_assigned_and_moved_by_key(seen: Seen) -> None:
    page = await seen.open("/desk/unassigned")
    first = (await numbers(page, CHANGEABLE))[0]
    await go_to(page, first)
    await press(page, "a")
    await page.keyboard.type("dora")
    await expect(page.locator("#assignees .menu-item")).to_have_count(1)
    await press(page, "ArrowDown", "Enter")
    await expect(page.locator("#toast")).to_contain_text(f"{first}: assigned to Dora Kühn")
    assert seen.services.tickets[first].assignee_id == "dora"
