"""Insights as a browser shows it: nothing moves, and what it shows is what it says."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site

SHIFT = """() => {
    window.shift = 0;
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) window.shift += one.value;
    }).observe({type: "layout-shift", buffered: true});
}"""
TONE = "element => getComputedStyle(element).color"


def wait_for_charts(page: Page) -> None:
    for chart in page.locator(".chart").all():
        expect(chart.locator("canvas").first).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_the_charts_arrive(site: Site, width: int) -> None:
    page = site.page("admin", width)
    page.add_init_script(f"({SHIFT})()")
    page.goto("/insights?period=90d&by=team_id")
    wait_for_charts(page)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("shift") <= 0.02


def test_each_chart_has_its_full_height_before_its_script_runs(site: Site) -> None:
    page = site.page("admin")
    page.route("**/echarts.min.js", lambda route: route.abort())
    page.goto("/insights?period=90d&by=team_id")
    before = [chart.bounding_box() for chart in page.locator(".chart").all()]
    page.unroute("**/echarts.min.js")
    page.reload()
    wait_for_charts(page)
    assert [chart.bounding_box() for chart in page.locator(".chart").all()] == before


def test_without_scripts_the_tables_stand_alone(site: Site) -> None:
    page = site.open("admin", "/insights?period=90d", java_script_enabled=False)
    expect(page.locator("#breakdown-table")).to_be_visible()
    expect(page.locator(".chart").first).to_be_hidden()


def test_the_period_is_that_of_the_figures_after_going_back(site: Site) -> None:
    page = site.open("admin", "/insights")
    period = page.locator("[name=period]").first
    expect(period).to_have_value("30d")
    period.select_option("7d")
    page.wait_for_url("**/insights?period=7d*")
    expect(period).to_have_value("7d")
    page.go_back()
    page.wait_for_url("**/insights")
    expect(page.locator(".insights-days summary")).to_be_visible()
    expect(period).to_have_value("30d")


def test_a_kept_page_shows_the_period_of_its_figures_again(site: Site) -> None:
    """A browser may keep the page as it was left, with the choice that led away from it."""
    page = site.open("admin", "/insights")
    period = page.locator("[name=period]").first
    period.evaluate("select => { select.value = '7d'; }")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(period).to_have_value("30d")


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


def test_a_change_says_whether_it_is_good(site: Site) -> None:
    resolve(site, days_ago=45, hours=2, count=9)
    resolve(site, days_ago=12, hours=7, count=20)
    page = site.open("admin", "/insights?period=30d")
    created, resolved, reply, time = page.locator(".headline-change").all()
    expect(resolved.locator(".better")).to_contain_text("Better: ")
    expect(reply.locator(".worse")).to_contain_text("longer")
    expect(time.locator(".worse")).to_contain_text("longer")
    expect(created.locator(".better, .worse")).to_have_count(0)
    green, red = resolved.locator(".better").evaluate(TONE), time.locator(".worse").evaluate(TONE)
    assert len({green, red, page.locator("body").evaluate(TONE)}) == 3
    expect(page.locator(".headline-change svg")).to_have_count(4)
