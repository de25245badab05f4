"""Keys in the queue act on what it says that they act on."""

from playwright.async_api import expect

from .rows import CHANGEABLE, CURRENT, LOCKED, current, go_to, numbers, press, scroll_of
from .site import Site


async def test_a_key_that_was_called_off_leaves_no_row_selected_and_the_cursor_in_its_place(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
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


async def test_a_key_changes_the_row_of_the_cursor_while_the_selection_is_out_of_view(site: Site) -> None:
    page = await site.open("ines", "/desk/open?sort=created_at")
    listed = await numbers(page)
    selected, here = listed[0], listed[29]
    await press(page, "j", "x", *["j"] * 29, "e")
    await expect(page.locator("#toast")).to_be_visible()
    assert [site.services.tickets[number].assignee_id for number in (selected, here)] == [None, "ines"]
    await expect(page.locator("#toast")).to_contain_text(f"{here}: assigned to you")
    await expect(page.locator("#rows :checked")).to_have_count(1)
    assert await current(page) == here


async def test_a_key_changes_the_selection_in_view_and_the_toast_names_it(site: Site) -> None:
    page = await site.open("ines", "/desk/open?sort=created_at")
    first, second, third = (await numbers(page))[:3]
    await press(page, "j", "x", "j", "x", "j")
    for number in (first, second):
        await expect(page.locator("#bulk-bar")).to_contain_text(number)
    assert await current(page) == third
    await press(page, "e")
    await expect(page.locator("#toast")).to_contain_text(f"{first}, {second}: assigned to you")
    assigned = [site.services.tickets[number].assignee_id for number in (first, second, third)]
    assert assigned == ["ines", "ines", None]
    await expect(page.locator(CURRENT)).to_contain_text(third)
    await press(page, "z")
    await expect(page.locator("#toast")).to_contain_text(first)
    await expect(page.locator("#toast")).to_contain_text("Your change was undone.")


async def test_a_menu_changes_the_row_of_the_cursor_only(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
    first, second = (await numbers(page, CHANGEABLE))[:2]
    before = site.services.tickets[first].state
    await go_to(page, first)
    await press(page, "x", "x")
    await go_to(page, second)
    await press(page, "s", "ArrowDown", "ArrowDown", "Enter")
    await expect(page.locator("#toast")).to_contain_text(f"{second}: the state is now “On hold”")
    assert [site.services.tickets[number].state for number in (first, second)] == [before, "on_hold"]


async def test_a_key_says_why_it_did_nothing(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
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


async def test_space_peeks_into_the_ticket_and_the_list_stays(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
    first, second = (await numbers(page))[:2]
    peek = page.locator("#peek")
    await press(page, "j", "Space")
    await expect(peek).to_be_visible()
    await expect(peek).to_contain_text(site.services.tickets[first].title)
    await press(page, "j")
    await expect(peek).to_contain_text(site.services.tickets[second].title)
    await press(page, "Space")
    await expect(peek).to_be_hidden()
    await press(page, "Space", "Escape")
    await expect(peek).to_be_hidden()
    assert await current(page) == second
    assert await scroll_of(page) == 0
    await press(page, "Enter")
    await page.wait_for_url(f"**/t/{second}")


async def test_others_are_assigned_and_moved_by_key(site: Site) -> None:
    page = await site.open("ines", "/desk/unassigned")
    first = (await numbers(page, CHANGEABLE))[0]
    await go_to(page, first)
    await press(page, "a")
    await page.keyboard.type("dora")
    await expect(page.locator("#assignees .menu-item")).to_have_count(1)
    await press(page, "ArrowDown", "Enter")
    await expect(page.locator("#toast")).to_contain_text(f"{first}: assigned to Dora Kühn")
    assert site.services.tickets[first].assignee_id == "dora"
