"""Insights as a browser shows it: nothing moves, and what it shows is what it says."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import FloatRect, Page, expect

from .shift import MOST, SHIFT
from .site import Site

TONE = "element => getComputedStyle(element).color"


async def wait_for_charts(page: Page) -> None:
    for chart in await page.locator(".chart").all():
        await expect(chart.locator("canvas").first).to_be_visible()


async def boxes(page: Page) -> list[FloatRect | None]:
    return [await chart.bounding_box() for chart in await page.locator(".chart").all()]


@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_moves_when_the_charts_arrive(site: Site, width: int) -> None:
    page = await site.page("admin", width)
    await page.goto("/insights?period=90d&by=team_id")
    await wait_for_charts(page)
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await page.evaluate(SHIFT) <= MOST


async def test_each_chart_has_its_full_height_before_its_script_runs(site: Site) -> None:
    page = await site.page("admin")
    await page.route("**/echarts.min.js", lambda route: route.abort())
    async with page.expect_event("pageerror"):
        await page.goto("/insights?period=90d&by=team_id")
    site.complaints.clear()
    before = await boxes(page)
    await page.unroute("**/echarts.min.js")
    await page.reload()
    await wait_for_charts(page)
    assert await boxes(page) == before


async def test_without_scripts_the_tables_stand_alone(site: Site) -> None:
    page = await site.open("admin", "/insights?period=90d", java_script_enabled=False)
    await expect(page.locator("#breakdown-table")).to_be_visible()
    await expect(page.locator(".chart").first).to_be_hidden()


async def test_the_period_is_that_of_the_figures_after_going_back(site: Site) -> None:
    page = await site.open("admin", "/insights")
    period = page.locator("[name=period]").first
    await expect(period).to_have_value("30d")
    await period.select_option("7d")
    await page.wait_for_url("**/insights?period=7d*")
    await expect(period).to_have_value("7d")
    await page.go_back()
    await page.wait_for_url("**/insights")
    await expect(page.locator(".insights-days summary")).to_be_visible()
    await expect(period).to_have_value("30d")


async def test_a_kept_page_shows_the_period_of_its_figures_again(site: Site) -> None:
    """A browser may keep the page as it was left, with the choice that led away from it."""
    page = await site.open("admin", "/insights")
    period = page.locator("[name=period]").first
    await period.evaluate("select => { select.value = '7d'; }")
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await expect(period).to_have_value("30d")


def resolve(site: Site, days_ago: int, hours: int, count: int) -> None:
    """Adds tickets that were answered and resolved after so many hours."""
    desk = site.services.ticketing
    for index in range(count):
        desk.at = datetime.now(UTC) - timedelta(days=days_ago, minutes=index)
        number = desk.create("maria", "The lift is stuck", "Again.").number
        desk.at += timedelta(hours=hours)
        desk.update(
            "ines",
            number,
            "It works.",
            state="resolved",
            resolution_code="solved",
            resolution="It works.",
            team_id="desk",
        )
    desk.at = None


async def test_a_change_says_whether_it_is_good(site: Site) -> None:
    resolve(site, days_ago=45, hours=2, count=9)
    resolve(site, days_ago=12, hours=7, count=20)
    page = await site.open("admin", "/insights?period=30d")
    created, resolved, reply, time = await page.locator(".headline-change").all()
    await expect(resolved.locator(".better")).to_contain_text("Better: ")
    await expect(reply.locator(".worse")).to_contain_text("longer")
    await expect(time.locator(".worse")).to_contain_text("longer")
    await expect(created.locator(".better, .worse")).to_have_count(0)
    toned = resolved.locator(".better"), time.locator(".worse"), page.locator("body")
    assert len({await one.evaluate(TONE) for one in toned}) == 3
    await expect(page.locator(".headline-change svg")).to_have_count(4)
