"""The settings: what they are called, how wide they are, and their one filled button."""

import pytest
from playwright.async_api import expect

from .site import Site

NARROW_AND_WIDE = [
    "/settings",
    "/settings/teams",
    "/settings/categories",
    "/settings/categories/c1",
    "/settings/reply-templates",
    "/settings/security-log",
]
# Where everything ends that is as wide as its page. Fields are narrower.
ENDS = """() => [...document.querySelectorAll("main :is(.bar, .list, table, h2)")]
    .filter(one => one.getClientRects().length)
    .map(one => Math.round(one.getBoundingClientRect().right))"""


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("smtp", "Email"),
        ("SMTP server", "Email"),
        ("sender", "Email"),
        ("logins", "Security log"),
        ("token", "API keys"),
        ("macro", "Reply templates"),
        ("department", "People"),
        ("elasticsearch", "Health"),
        ("accepts tickets", "Teams"),
    ],
)
async def test_a_setting_is_found_by_what_it_is_called(site: Site, words: str, title: str) -> None:
    page = await site.open("admin", "/settings")
    await page.get_by_role("searchbox", name="Find a setting").fill(words)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/settings?q=*")
    await expect(page.locator(".settings-list .list-title", has_text=title).first).to_be_visible()


async def test_a_hit_on_a_page_says_what_was_found(site: Site) -> None:
    page = await site.open("admin", "/settings?q=accepts")
    await expect(page.locator(".settings-list")).to_contain_text("Accepts tickets")


async def test_all_settings_end_at_one_line(site: Site) -> None:
    ends = {path: set(await (await site.open("admin", path)).evaluate(ENDS)) for path in NARROW_AND_WIDE}
    assert set().union(*ends.values()) == {1196}, ends


@pytest.mark.parametrize("path", NARROW_AND_WIDE)
async def test_nothing_is_wider_than_a_phone(site: Site, path: str) -> None:
    page = await site.open("admin", path, 390)
    wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


async def test_the_filled_button_of_the_profile_saves_it(site: Site) -> None:
    page = await site.open("maria", "/profile")
    filled = page.locator("main .btn:not([data-variant])")
    await expect(filled).to_have_text(["Save"])
    await page.locator("#language").select_option("de")
    await filled.click()
    await expect(page.locator("h1")).to_have_text("Ihr Profil")
