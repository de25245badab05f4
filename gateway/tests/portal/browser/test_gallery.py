"""The shared parts in Chromium: they keep within their place, and have the states that they should."""

import pytest
from fastapi import FastAPI

from gateway.portal.settings.gallery.routes import GROUPS

from ..demo import demo
from ..world import application
from .site import Site

# Returns what reaches beyond the place of its part, unless something between them scrolls or cuts it off.
OUTSIDE = """() => {
    const cuts = one => getComputedStyle(one).overflowX !== "visible" || one.matches(".visually-hidden");
    const outside = (one, place) => {
        const [inner, outer] = [one.getBoundingClientRect(), place.getBoundingClientRect()];
        // A row reaches a little beyond its list, so that its words begin where others do.
        if (inner.right <= outer.right + 9 && inner.left >= outer.left - 9) return false;
        for (let at = one.parentElement; at !== place; at = at.parentElement) if (cuts(at)) return false;
        return one.checkVisibility();
    };
    return [...document.querySelectorAll(".gallery-state")].flatMap(place =>
        [...place.querySelectorAll("*")].filter(one => !cuts(one) && outside(one, place)).map(one => one.outerHTML));
}"""
SIDEWAYS = "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth"


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return application(demo, development=True)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("group", GROUPS)
async def test_no_part_leaves_its_place(site: Site, group: str, width: int) -> None:
    for appearance in ("", "&language=en-XA", "&dir=rtl"):
        page = await site.open("admin", f"/settings/gallery?group={group}{appearance}", width)
        assert [one[:200] for one in await page.evaluate(OUTSIDE)] == [], appearance
        assert await page.evaluate(SIDEWAYS) <= 0, appearance


async def test_a_part_under_the_pointer_looks_as_its_rules_say(site: Site) -> None:
    page = await site.open("admin", "/settings/gallery?group=buttons")
    still, pointed, focused = (page.locator("#part-buttons .btn").nth(place) for place in range(3))
    colour = "one => getComputedStyle(one).backgroundColor"
    before, shown = await still.evaluate(colour), await pointed.evaluate(colour)
    await still.hover()
    await page.wait_for_function(
        "shown => getComputedStyle(document.querySelector('#part-buttons .btn')).backgroundColor === shown", arg=shown
    )
    assert before != shown
    assert await focused.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


async def test_what_waits_in_each_page_is_shown(site: Site) -> None:
    page = await site.open("admin", "/settings/gallery?group=messages")
    for words in ("Your text is sent again.", "This was not sent.", "There is no connection.", "You are signed out."):
        await page.locator("#part-sending").get_by_text(words).wait_for()


async def test_a_link_looks_like_a_link(site: Site) -> None:
    page = await site.open("admin", "/settings/gallery")
    colour = "one => getComputedStyle(one).color"
    link, empty = page.locator("#part-quiet-buttons-and-links .link-button"), page.locator("#part-empty .nothing a")
    assert await link.first.evaluate(colour) == await empty.first.evaluate(colour)


async def test_the_hidden_head_of_the_queue_makes_no_page_wider(site: Site) -> None:
    page = await site.open("ines", "/desk/unassigned", 390)
    assert await page.evaluate(SIDEWAYS) <= 0


async def test_a_picture_opens_as_in_a_ticket(site: Site) -> None:
    page = await site.open("admin", "/settings/gallery?group=texts")
    await page.locator("a[data-picture]").first.click()
    await page.locator("dialog#picture[open] img").wait_for()
    assert await page.locator("dialog#picture img").evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
