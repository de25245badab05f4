"""Nothing that somebody looks at moves while a page loads, even if its font and its scripts come late."""

import asyncio

import pytest
from playwright.async_api import Page, Route

from ..test_pages import PAGES
from .shift import MOST, SHIFT
from .site import Site

LATE = 0.3
# So many windows at once load quickly enough, and a test stays short.
PARTS = 4
LATE_BANNER = """addEventListener("load", () => setTimeout(() => {
    const banner = document.createElement("div");
    banner.style.height = "200px";
    document.body.prepend(banner);
}, 50))"""


async def come_late(page: Page) -> None:
    async def wait(route: Route) -> None:
        await asyncio.sleep(LATE)
        await route.continue_()

    await page.route("**/*.{js,woff2}", wait)


async def shift_of(site: Site, who: str | None, path: str, width: int) -> float:
    page = await site.page(who, width)
    await come_late(page)
    await page.goto(path, wait_until="load")
    shift = float(await page.evaluate(SHIFT))
    await page.context.close()
    return shift


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("part", range(PARTS))
async def test_nothing_moves_while_a_page_loads(site: Site, part: int, width: int) -> None:
    screens = [(None, "/sign-in"), *PAGES][part::PARTS]
    shifts = await asyncio.gather(*(shift_of(site, who, path, width) for who, path in screens))
    assert [found for found in zip(screens, shifts, strict=True) if found[1] > MOST] == []


async def test_what_moves_is_seen(site: Site) -> None:
    page = await site.page("ines")
    await page.add_init_script(LATE_BANNER)
    await page.goto("/desk/open", wait_until="load")
    assert await page.evaluate(SHIFT) > MOST
