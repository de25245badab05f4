"""The help centre: answers while one types, all requests, and a new one."""

import pytest
from playwright.async_api import Page, expect

from .site import Site


async def titles(page: Page) -> list[str]:
    return await page.locator("#requests .list-title").all_inner_texts()


def close(site: Site, title: str) -> str:
    """Lets Maria ask for something and find that it works."""
    desk = site.services.ticketing
    number = desk.create("maria", title, "Please.").number
    solved = {"resolution_code": "solved", "resolution": "Done."}
    desk.update("ines", number, "Done.", state="resolved", team_id="desk", **solved)
    desk.update("maria", number, state="closed")
    return number


async def test_all_requests_have_the_closed_ones(site: Site) -> None:
    number = close(site, "A second screen")
    page = await site.open("maria", "/t/INC-1001")
    await page.get_by_role("link", name="All requests").click()
    await expect(page.locator("h1")).to_have_text("Requests")
    assert "A second screen" not in await titles(page)
    await page.get_by_role("link", name="Closed", exact=True).click()
    await expect(page.locator("#requests .list-title")).to_have_text(["A second screen"])
    await expect(page.locator("#requests")).to_contain_text("Closed ")
    await page.locator("#requests a.list-row").click()
    await page.wait_for_url(f"**/t/{number}")
    await page.go_back()
    await expect(page.locator(".chip[aria-current]")).to_have_text("Closed")
    await page.get_by_role("link", name="All", exact=True).click()
    await expect(page.locator("#requests .list-title", has_text="Outlook")).to_have_count(1)
    assert "A second screen" in await titles(page)


@pytest.mark.parametrize("word", ["screen", "outlook"])
async def test_requests_are_searched_open_and_closed(site: Site, word: str) -> None:
    close(site, "A second screen")
    page = await site.open("maria", "/requests")
    await page.get_by_role("searchbox").fill(word)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/requests?q={word}")
    await expect(page.locator("#requests .list-title")).not_to_have_count(0)
    assert all(word in title.casefold() for title in await titles(page))
    await page.get_by_role("searchbox").fill("zxqv")
    await page.keyboard.press("Enter")
    await expect(page.locator("#requests")).to_contain_text("No request matches “zxqv”.")


async def test_only_who_is_in_a_team_sees_the_requests_of_it(site: Site) -> None:
    page = await site.open("maria", "/requests?whose=team")
    await expect(page.get_by_role("link", name="Requests of my teams")).to_have_count(0)
    assert await titles(page)
    assert all("scanner" not in title.casefold() for title in await titles(page))
    page = await site.open("ines", "/requests")
    assert await titles(page) == []
    await page.get_by_role("link", name="Requests of my teams").click()
    await expect(page.locator(".chip[aria-current]")).to_have_text(["Open", "Requests of my teams"])
    await expect(page.locator("#requests .list-title")).not_to_have_count(0)


async def test_each_request_says_who_has_the_ball(site: Site) -> None:
    page = await site.open("maria", "/requests?state=all")
    rows = page.locator("#requests li")
    await expect(rows.filter(has_text="VPN drops")).to_contain_text("Waiting for your answer since")
    await expect(rows.filter(has_text="Teams calls")).to_contain_text("Does it work now?")
    await expect(rows.filter(has_text="Outlook asks")).to_contain_text("Ines Keller has been working on it since")


async def test_the_home_page_says_first_what_needs_the_reader(site: Site) -> None:
    page = await site.open("maria", "/")
    needs = page.locator("section", has=page.get_by_role("heading", name="Needs you"))
    await expect(needs.locator(".list-title")).to_have_count(2)
    await expect(needs).to_contain_text("Waiting for your answer since")
    await expect(page.get_by_role("link", name="All requests, also closed ones")).to_be_visible()


async def test_answers_come_while_one_types(site: Site) -> None:
    page = await site.open("maria", "/")
    box = page.get_by_role("searchbox")
    await box.press_sequentially("outlo")
    answers = page.locator("#answers")
    await expect(answers.locator("a[href^='/a/']").first).to_contain_text("Outlook")
    await expect(answers.locator("a[href='/t/INC-1001']")).to_contain_text("Your request")
    await expect(box).to_be_focused()
    await box.fill("zxqv")
    await expect(answers.get_by_role("link", name="Ask us")).to_have_attribute("href", "/new?title=zxqv")
    await box.fill("")
    await expect(answers).to_be_empty()


async def test_answers_hold_no_request_of_somebody_else(site: Site) -> None:
    """The stand-in of the search filters nothing, so that the question must be right."""
    page = await site.open("ines", "/")
    await page.get_by_role("searchbox").fill("scanner")
    await expect(page.locator("#answers")).not_to_be_empty()
    asked = [arguments["query"] for name, arguments, _ in site.services.calls if name == "knowledge.search"]
    filters = [query.filter for query in asked if query.type == "ticket"]
    assert filters
    own = {(one.field, one.op, one.value) for filter in filters for one in filter.any}
    assert own == {("requester_id", "eq", "ines"), ("participant_ids", "eq", "ines")}


async def test_the_answers_to_two_questions_set_impact_and_urgency(site: Site) -> None:
    page = await site.open("maria", "/new")
    await page.fill("#title", "Nobody on floor 2 can print")
    await page.fill("#description", "Since this morning.")
    await page.get_by_role("radio", name="My team").check(force=True)
    await page.get_by_role("radio", name="Partly").check(force=True)
    await page.reload()
    await expect(page.locator("#title")).to_have_value("Nobody on floor 2 can print")
    await expect(page.get_by_role("radio", name="My team")).to_be_checked()
    await expect(page.get_by_role("radio", name="Partly")).to_be_checked()
    await page.get_by_role("button", name="Send request").click()
    await page.wait_for_url("**/t/INC-*")
    made = list(site.services.tickets.values())[-1]
    assert (made.impact, made.urgency) == (2, 2)
    await page.goto("/new")
    await expect(page.locator("#title")).to_have_value("")
