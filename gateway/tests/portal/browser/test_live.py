"""Live news move nothing and come with their words."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from .rows import CHANGEABLE, current, go_to, numbers, press
from .site import Site


async def positions(rows: Locator) -> list[Any]:
    found: list[Any] = await rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().top)")
    return found


async def test_new_tickets_wait_behind_a_pill_that_covers_and_moves_nothing(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
    here = (await numbers(page, CHANGEABLE))[1]
    await go_to(page, here)
    await press(page, "x")
    rows, chip = page.locator("#rows tr"), page.locator(".chip-add")
    before, listed, beside = await positions(rows), await numbers(page), await chip.bounding_box()
    made = [site.services.ticketing.create("oskar", "Fresh", "Just now.").number for _ in range(3)]
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
async def test_a_live_comment_is_announced_with_its_words_and_time(site: Site, width: int) -> None:
    page = await site.open("ines", "/t/INC-1001", width)
    site.services.ticketing.update("maria", "INC-1001", "It asks for the password again, on both screens.")
    news = page.locator("#news")
    await expect(news).to_contain_text("Maria Lindqvist")
    await expect(news).to_contain_text("It asks for the password again")
    assert re.search(r"\d{1,2}:\d\d", await news.inner_text())
