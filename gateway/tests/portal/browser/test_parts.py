"""A long conversation is shown in parts, among which people find their way."""

import pytest
from playwright.async_api import Locator, Page, expect

from .site import Site

COMMENTS = 300


@pytest.fixture
def number(site: Site) -> str:
    ticketing = site.services.ticketing
    made = ticketing.create("maria", "Long", "The very first text.").number
    for turn in range(COMMENTS):
        ticketing.update("maria", made, f"Comment {turn}.")
    return made


def button(page: Page, name: str) -> Locator:
    return page.locator(".elsewhere").get_by_role("link", name=name)


async def shown(page: Page) -> list[str]:
    return await page.locator("#timeline .comment .prose").all_inner_texts()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("who", ["ines", "maria"])
async def test_links_lead_to_the_beginning_and_back(
    site: Site, number: str, who: str, width: int, scripts: bool
) -> None:
    page = await site.open(who, f"/t/{number}", width, java_script_enabled=scripts)
    newest = await shown(page)
    assert newest[-1] == f"Comment {COMMENTS - 1}."
    await button(page, "Show older").click()
    # Where the parts meet.
    await expect(button(page, "Show newer")).to_be_in_viewport()
    assert [*await shown(page), *newest] == ["The very first text.", *(f"Comment {n}." for n in range(COMMENTS))]
    await button(page, "Show newer").click()
    await expect(button(page, "Show older")).to_be_in_viewport()
    assert await shown(page) == newest
    await button(page, "Show the beginning").click()
    await expect(page.get_by_text("The very first text.")).to_be_in_viewport()
    await button(page, "Show the newest").click()
    await expect(page.get_by_text(f"Comment {COMMENTS - 1}.")).to_be_visible()
    assert page.url.endswith(f"/t/{number}#end")


@pytest.mark.parametrize("who", ["ines", "maria"])
async def test_a_link_to_a_comment_of_another_part_shows_it(site: Site, number: str, who: str) -> None:
    second = site.services.ticketing.history(number)[1]
    page = await site.open(who, f"/t/{number}#c-{second.id}")
    await expect(page.locator(f'[id="c-{second.id}"]')).to_be_in_viewport()
    assert (await shown(page))[0] == "Comment 0."
    page = await site.open(who, f"/t/{number}")
    await page.evaluate("hash => { location.hash = hash }", f"c-{second.id}")
    await expect(page.locator(f'[id="c-{second.id}"]')).to_be_in_viewport()
    page = await site.open(who, f"/t/{number}#c-{second.id[:-2]}99999999")
    assert await shown(page) == []


async def test_a_live_comment_is_announced_on_the_newest_part_only(site: Site, number: str) -> None:
    newest, older = await site.open("ines", f"/t/{number}"), await site.open("ines", f"/t/{number}?before=76#newer")
    before, count = await shown(older), len(await shown(newest))
    place = await older.locator(".thread").evaluate("thread => thread.scrollTop")
    site.services.ticketing.update("maria", number, "One more thing.")
    await expect(newest.locator("#news")).to_contain_text("One more thing.")
    await expect(newest.get_by_text("One more thing.").last).to_be_in_viewport()
    assert len(await shown(newest)) == count
    await expect(older.locator('#timeline[data-version="302"]')).to_be_visible()
    assert await shown(older) == before
    assert await older.locator(".thread").evaluate("thread => thread.scrollTop") == place
    assert await older.locator("#news").is_hidden()


async def test_what_is_open_stays_open_although_the_oldest_comment_leaves_the_page(site: Site, number: str) -> None:
    for turn in range(6):
        site.services.ticketing.update("ines", number, title=f"Long {turn}")
    page = await site.open("ines", f"/t/{number}")
    # By a click it would have the focus, and be replaced only when it loses it.
    await page.locator("#timeline .folded").evaluate("details => { details.open = true }")
    site.services.ticketing.update("maria", number, "One more thing.")
    await expect(page.locator("#timeline")).to_contain_text("One more thing.")
    await expect(page.locator("#timeline .folded[open]")).to_be_visible()


@pytest.mark.parametrize("who", ["ines", "maria"])
async def test_a_reply_below_an_older_part_leads_to_the_newest(site: Site, number: str, who: str) -> None:
    page = await site.open(who, f"/t/{number}?before=76")
    await page.locator("#text").fill("Answered from far above.")
    await page.locator("#composer").get_by_role("button", name="Send", exact=who == "ines").first.click()
    await expect(page.locator("#timeline .comment").last).to_contain_text("Answered from far above.")
    assert f"/t/{number}" in page.url
    assert "before" not in page.url


async def test_a_change_of_a_field_keeps_the_older_part(site: Site, number: str) -> None:
    page = await site.open("ines", f"/t/{number}?before=76")
    before = await shown(page)
    await page.locator("#location").fill("Floor 3")
    await page.locator("#location").blur()
    await expect(page.locator('#timeline[data-version="302"]')).to_be_visible()
    await expect(page.locator("#location")).to_have_value("Floor 3")
    assert await shown(page) == before


@pytest.mark.parametrize("who", ["ines", "maria"])
async def test_paper_says_what_is_not_on_it(site: Site, number: str, who: str) -> None:
    page = await site.open(who, f"/t/{number}?after=9")
    await page.emulate_media(media="print")
    for part in ("earlier", "later"):
        await expect(page.get_by_text(f"The {part} part of this conversation is not shown here.")).to_be_visible()
    await expect(page.locator(".elsewhere a")).to_have_count(4)
    for link in await page.locator(".elsewhere a").all():
        await expect(link).to_be_hidden()
