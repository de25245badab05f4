"""The help centre: answers while one types, all requests, and a new one."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site


def titles(page: Page) -> list[str]:
    return page.locator("#requests .list-title").all_inner_texts()


def close(site: Site, title: str) -> str:
    """Lets Maria ask for something and find that it works."""
    desk = site.services.ticketing
    number = desk.create("maria", title, "Please.").number
    solved = {"resolution_code": "solved", "resolution": "Done."}
    desk.update("ines", number, "Done.", state="resolved", team_id="desk", **solved)
    desk.update("maria", number, state="closed")
    return number


def test_all_requests_have_the_closed_ones(site: Site) -> None:
    number = close(site, "A second screen")
    page = site.open("maria", "/t/INC-1001")
    page.get_by_role("link", name="All requests").click()
    expect(page.locator("h1")).to_have_text("Requests")
    assert "A second screen" not in titles(page)
    page.get_by_role("link", name="Closed", exact=True).click()
    expect(page.locator("#requests .list-title")).to_have_text(["A second screen"])
    expect(page.locator("#requests")).to_contain_text("Closed ")
    page.locator("#requests a.list-row").click()
    page.wait_for_url(f"**/t/{number}")
    page.go_back()
    expect(page.locator(".chip[aria-current]")).to_have_text("Closed")
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator("#requests .list-title", has_text="Outlook")).to_have_count(1)
    assert "A second screen" in titles(page)


@pytest.mark.parametrize("word", ["screen", "outlook"])
def test_requests_are_searched_open_and_closed(site: Site, word: str) -> None:
    close(site, "A second screen")
    page = site.open("maria", "/requests")
    page.get_by_role("searchbox").fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/requests?q={word}")
    expect(page.locator("#requests .list-title")).not_to_have_count(0)
    assert all(word in title.casefold() for title in titles(page))
    page.get_by_role("searchbox").fill("zxqv")
    page.keyboard.press("Enter")
    expect(page.locator("#requests")).to_contain_text("No request matches “zxqv”.")


def test_only_who_is_in_a_team_sees_the_requests_of_it(site: Site) -> None:
    page = site.open("maria", "/requests?whose=team")
    expect(page.get_by_role("link", name="Requests of my teams")).to_have_count(0)
    assert titles(page)
    assert all("scanner" not in title.casefold() for title in titles(page))
    page = site.open("ines", "/requests")
    assert titles(page) == []
    page.get_by_role("link", name="Requests of my teams").click()
    expect(page.locator(".chip[aria-current]")).to_have_text(["Open", "Requests of my teams"])
    expect(page.locator("#requests .list-title")).not_to_have_count(0)


def test_each_request_says_who_has_the_ball(site: Site) -> None:
    page = site.open("maria", "/requests?state=all")
    rows = page.locator("#requests li")
    expect(rows.filter(has_text="VPN drops")).to_contain_text("Waiting for your answer since")
    expect(rows.filter(has_text="Teams calls")).to_contain_text("Does it work now?")
    expect(rows.filter(has_text="Outlook asks")).to_contain_text("Ines Keller has been working on it since")


def test_the_home_page_says_first_what_needs_the_reader(site: Site) -> None:
    page = site.open("maria", "/")
    needs = page.locator("section", has=page.get_by_role("heading", name="Needs you"))
    expect(needs.locator(".list-title")).to_have_count(2)
    expect(needs).to_contain_text("Waiting for your answer since")
    expect(page.get_by_role("link", name="All requests, also closed ones")).to_be_visible()


def test_answers_come_while_one_types(site: Site) -> None:
    page = site.open("maria", "/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("outlo")
    answers = page.locator("#answers")
    expect(answers.locator("a[href^='/a/']").first).to_contain_text("Outlook")
    expect(answers.locator("a[href='/t/INC-1001']")).to_contain_text("Your request")
    expect(box).to_be_focused()
    box.fill("zxqv")
    expect(answers.get_by_role("link", name="Ask us")).to_have_attribute("href", "/new?title=zxqv")
    box.fill("")
    expect(answers).to_be_empty()


def test_answers_hold_no_request_of_somebody_else(site: Site) -> None:
    """The stand-in of the search filters nothing, so that the question must be right."""
    page = site.open("ines", "/")
    page.get_by_role("searchbox").fill("scanner")
    expect(page.locator("#answers")).not_to_be_empty()
    asked = [arguments["query"] for name, arguments, _ in site.services.calls if name == "knowledge.search"]
    own = [query.filter for query in asked if query.type == "ticket"]
    assert own
    assert {(one.field, one.op, one.value) for one in own} == {("requester_id", "eq", "ines")}


def test_the_answers_to_two_questions_set_impact_and_urgency(site: Site) -> None:
    page = site.open("maria", "/new")
    page.fill("#title", "Nobody on floor 2 can print")
    page.fill("#description", "Since this morning.")
    page.get_by_role("radio", name="My team").check(force=True)
    page.get_by_role("radio", name="Partly").check(force=True)
    page.reload()
    expect(page.locator("#title")).to_have_value("Nobody on floor 2 can print")
    expect(page.get_by_role("radio", name="My team")).to_be_checked()
    expect(page.get_by_role("radio", name="Partly")).to_be_checked()
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url("**/t/INC-*")
    made = list(site.services.tickets.values())[-1]
    assert (made.impact, made.urgency) == (2, 2)
    page.goto("/new")
    expect(page.locator("#title")).to_have_value("")
