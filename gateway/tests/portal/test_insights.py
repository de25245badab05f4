"""Insights: the numbers, who sees which, and the tickets behind them."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from gateway.portal.insights import figures
from gateway.portal.insights.figures import describe_change
from gateway.portal.kit import i18n
from gateway.portal.kit.i18n import duration
from trackline_csv import decode, read_text, unquote

from .conftest import Portal

SINCE = "from=2001-01-01T00:00:00Z&to=2126-01-01T00:00:00Z"


def numbers(page: str) -> list[tuple[str, str]]:
    """Returns (address, text) of every number that opens tickets."""
    return [
        (unescape(address), text.strip())
        for address, text in re.findall(r'<a href="(/insights/tickets\?[^"]*)">([^<]*)</a>', page)
    ]


async def test_every_count_opens_as_many_tickets(portal: Portal) -> None:
    page = (await portal.get("/insights?period=90d&by=team_id", "admin")).text
    counts = [(address, int(text)) for address, text in numbers(page) if text.isdecimal()]
    assert len(counts) > 10
    for address, count in counts:
        opened = (await portal.get(address, "admin")).text
        assert opened.count('<th scope="row">') == min(count, 50), address


async def test_whoever_manages_nothing_sees_the_numbers_of_their_teams(portal: Portal) -> None:
    for who, teams in (("ines", {"desk", "network"}), ("tom", {"desk", "network", "apps"}), ("admin", None)):
        rows = await table(portal, f"/insights/tickets.csv?measure=created&{SINCE}", who)
        seen = {row["team"] for row in rows}
        names = {"desk": "Service desk", "network": "Network", "apps": "Business applications"}
        assert seen == {names[team] for team in teams or names}
    assert (await portal.get("/insights", "maria")).status_code == 403
    assert (await portal.get(f"/insights/tickets?measure=created&{SINCE}", "maria")).status_code == 403


async def test_days_are_those_of_the_viewers_zone(portal: Portal) -> None:
    portal.folk.add("ines", "Ines Keller", teams={"desk": "reply"}, time_zone="Asia/Tokyo")
    await portal.get("/insights?period=&from=2026-03-02&to=2026-03-08")
    query = next(arguments["query"] for name, arguments, _ in portal.services.calls if name == "analytics.summary")
    assert query.from_ == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert (query.to - query.from_, query.from_ - query.compare_from) == (timedelta(days=7), timedelta(days=7))


@pytest.mark.parametrize(
    ("asked", "days", "every"),
    [
        ("", 30, "day"),
        ("period=7d", 7, "day"),
        ("period=90d&from=2026-01-01&to=2026-01-02", 90, "week"),
        ("period=12m", None, "month"),
        ("period=ever", 30, "day"),
    ],
)
async def test_a_trend_has_days_weeks_or_months(portal: Portal, asked: str, days: int | None, every: str) -> None:
    await portal.get(f"/insights?{asked}")
    query = next(arguments["query"] for name, arguments, _ in portal.services.calls if name == "analytics.series")
    assert query.every == every
    length = (query.to - query.from_) / timedelta(days=1)
    assert round(length) == days if days else 334 <= length <= 366


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/insights?period=&from=soon&to=2026-01-01", 422),
        ("/insights?period=&from=20260101&to=20260102", 422),
        ("/insights?period=&from=2026-W01-1&to=2026-01-31", 422),
        ("/insights?period=&from=2026-02-01&to=2026-01-01", 422),
        ("/insights?period=&from=0001-01-01&to=9999-12-31", 422),
        (f"/insights/tickets?measure=luck&{SINCE}", 404),
        ("/insights/tickets?measure=created&from=x&to=y", 404),
    ],
)
async def test_addresses_that_mean_nothing(portal: Portal, address: str, status: int) -> None:
    assert (await portal.get(address)).status_code == status


async def test_before_the_first_resolution_there_is_one_sentence_and_one_action(portal: Portal) -> None:
    portal.services.ticketing.update("maria", "INC-1010", state="open")
    page = (await portal.get("/insights", "admin")).text
    assert "The first numbers appear when the first ticket has been resolved." in page
    assert "headline" not in page


async def test_a_filter_without_a_match_names_what_to_remove(portal: Portal) -> None:
    page = (await portal.get("/insights?filter[state]=cancelled")).text
    assert "No ticket matches this filter." in page
    assert "Remove “Cancelled”?" in page


async def table(portal: Portal, address: str, who: str = "admin") -> list[dict[str, str]]:
    answer = await portal.get(address, who)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def test_exports_hold_what_the_screen_shows(portal: Portal) -> None:
    asked = "period=90d&by=team_id"
    page = (await portal.get(f"/insights?{asked}", "admin")).text
    total = int(next(text for address, text in numbers(page) if "measure=created" in address))
    for name in ("trend", "breakdown"):
        rows = await table(portal, f"/insights/{name}.csv?{asked}")
        assert sum(int(row["created"]) for row in rows) == total
    assert len(await table(portal, f"/insights/tickets.csv?measure=created&{SINCE}")) == total


@pytest.mark.parametrize("before", ["", "IT;", "IT, ", "\u200b"])
async def test_a_name_cannot_become_a_formula(portal: Portal, before: str) -> None:
    portal.folk.add_team("desk", f"{before}=HYPERLINK(0)")
    rows = await table(portal, "/insights/breakdown.csv?period=90d&by=team_id")
    separator = before.strip("\u200b ")
    assert f"{separator}'{before.removeprefix(separator)}=HYPERLINK(0)" in [row["team"] for row in rows]


@pytest.mark.parametrize(("language", "delimiter", "decimal"), [("de", ";", ","), ("en", ",", ".")])
async def test_a_file_for_excel_is_written_as_the_viewer_writes(
    portal: Portal, language: str, delimiter: str, decimal: str
) -> None:
    portal.folk.add("alex", "Alex", admin=True, language=language, time_zone="Asia/Tokyo")
    portal.folk.add_team("desk", "=1+1; Übersicht")
    for name in (f"tickets.csv?measure=created&{SINCE}", "trend.csv?period=90d", "breakdown.csv?period=90d&by=team_id"):
        plain = (await portal.get(f"/insights/{name}", "alex")).content
        excel = (await portal.get(f"/insights/{name}&for=excel", "alex")).content
        told, shown = read_text(*decode(plain)), read_text(*decode(excel))
        assert (told.form.delimiter, shown.form.delimiter, shown.form.bom) == (",", delimiter, True)
        assert shown.columns == told.columns
        rows = [list(map(unquote, row)) for row in shown.rows]
        assert len(rows) > 1
        assert rows == [[_in_excel(unquote(cell), decimal) for cell in row] for row in told.rows]


def _in_excel(cell: str, decimal: str) -> str:
    if re.fullmatch(r"\d+\.\d+", cell):
        return cell.replace(".", decimal)
    if re.match(r"\d{4}-\d\d-\d\d ", cell):
        return f"{datetime.fromisoformat(cell).astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M:%S}"
    return cell


async def test_the_screen_offers_both_forms(portal: Portal) -> None:
    for address in ("/insights?period=90d", f"/insights/tickets?measure=created&{SINCE}"):
        page = (await portal.get(address, "admin")).text
        links = [unescape(link) for link in re.findall(r'href="(/insights/\w+\.csv[^"]*)"', page)]
        excel = [link for link in links if link.endswith("&for=excel")]
        assert {link.removesuffix("&for=excel") for link in excel} == set(links) - set(excel)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, ""),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (5400, "1h 30m"),
        (86399, "23h"),
        (90000, "1d 1h"),
        (10 * 86400 + 7200, "10d"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float | None, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(5, "5 Sek."), (300, "5 Min."), (9000, "2 Std. 30 Min."), (10 * 86400, "10 Tg.")]
)
def test_german_durations_name_their_units(seconds: float, told: str) -> None:
    i18n.use("de")
    assert duration(seconds) == told
    i18n.use("en")


async def test_a_breakdown_by_where_the_trouble_is(portal: Portal) -> None:
    page = (await portal.get("/insights?period=90d&by=location", "admin")).text
    assert '<option value="location" selected>Location</option>' in page
    rows = await table(portal, "/insights/breakdown.csv?period=90d&by=location")
    assert [row["location"] for row in rows] == ["none"]


@pytest.mark.parametrize(
    ("now", "before", "tone", "words"),
    [
        (13, 10, "worse", "Worse: 30% longer"),
        (7, 10, "better", "Better: 30% shorter"),
        (10.04, 10, "", "No change"),
        (10, 10, "", "No change"),
    ],
)
def test_a_longer_time_is_worse(now: float, before: float, tone: str, words: str) -> None:
    change = describe_change(now, before, figures.LONGER)
    assert change
    assert (change.tone, change.words) == (tone, words)


def test_what_cannot_be_compared_has_no_change() -> None:
    for now, before in ((3, 0), (None, 3), (3, None)):
        assert describe_change(now, before, figures.LONGER) is None
