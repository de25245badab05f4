"""The dates of a query, in the zone of its viewer. Office is in Berlin, on 18 March 2026 at half past midnight."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import Filter, matches
from trackline_schemas.query import compile_query, parse_query


class Office:
    me = "u7"
    now = datetime(2026, 3, 18, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    def find(self, field: str, typed: str) -> Collection[str]:
        raise NotImplementedError

    def possible(self, field: str) -> list[str]:
        raise NotImplementedError


def compiled(typed: str) -> Filter:
    found = compile_query(parse_query(typed), Office()).filter
    assert found is not None
    return found


def at(text: str) -> dict[str, Any]:
    return {"created_at": datetime.fromisoformat(text).replace(tzinfo=UTC)}


@pytest.mark.parametrize(
    ("typed", "inside", "outside"),
    [
        ("created:today", ["2026-03-17T23:00", "2026-03-18T22:59"], ["2026-03-17T22:59", "2026-03-18T23:00"]),
        ("created:yesterday", ["2026-03-16T23:00"], ["2026-03-17T23:00"]),
        ("created:2026-01-01", ["2025-12-31T23:00", "2026-01-01T22:59"], ["2025-12-31T22:59", "2026-01-01T23:00"]),
        ("created:1.1.2026", ["2025-12-31T23:00"], ["2026-01-01T23:00"]),
        ("created:2026-02", ["2026-01-31T23:00", "2026-02-28T22:59"], ["2026-02-28T23:00"]),
        ("created:2025", ["2024-12-31T23:00"], ["2025-12-31T23:00"]),
        ("created:2026-01-01..2026-01-02", ["2026-01-02T22:59"], ["2025-12-31T22:59", "2026-01-02T23:00"]),
        ("created:>2026-01-01", ["2026-01-01T23:00"], ["2026-01-01T22:59"]),
        ("created:>=2026-01-01", ["2025-12-31T23:00"], ["2025-12-31T22:59"]),
        ("created:<2026-01-01", ["2025-12-31T22:59"], ["2025-12-31T23:00"]),
        ("created:<=2026-01-01", ["2026-01-01T22:59"], ["2026-01-01T23:00"]),
        # It is 23:30 on the day before in UTC.
        ("created:<7d", ["2026-03-10T23:30"], ["2026-03-10T23:29"]),
        ("created:7d", ["2026-03-10T23:30"], ["2026-03-10T23:29"]),
        ("created:>1w", ["2026-03-10T23:29"], ["2026-03-10T23:30"]),
        ("created:<2h", ["2026-03-17T21:30"], ["2026-03-17T21:29"]),
        ("created:<1m", ["2026-02-17T23:30"], ["2026-02-17T23:29"]),
        ("created:<9999y", ["0005-01-01T00:00"], []),
        ("created:today,yesterday", ["2026-03-17T23:00", "2026-03-16T23:00"], ["2026-03-16T22:59"]),
        ("-created:today", ["2026-03-17T22:59"], ["2026-03-17T23:00"]),
        ("created:2026-03-01..today", ["2026-02-28T23:00", "2026-03-18T22:59"], ["2026-02-28T22:59"]),
    ],
)
def test_a_date_is_a_span_of_time(typed: str, inside: list[str], outside: list[str]) -> None:
    found = compiled(typed)
    assert [text for text in inside if not matches(found, at(text))] == []
    assert [text for text in outside if matches(found, at(text))] == []


def test_days_are_those_of_the_calendar_and_hours_those_of_the_clock() -> None:
    """In the night to 29 March 2026, Berlin leaves out an hour."""
    morning = Office()
    morning.now = datetime(2026, 3, 29, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    day, hours = (compile_query(parse_query(f"created:<{age}"), morning).filter for age in ("1d", "24h"))
    assert day is not None
    assert hours is not None
    assert [matches(one, at("2026-03-28T10:30")) for one in (day, hours)] == [False, True]
    assert matches(day, at("2026-03-28T11:00"))


@pytest.mark.parametrize("age", ["1m", "13m", "2y"])
def test_a_month_that_lacks_the_day_ends_before(age: str) -> None:
    office = Office()
    office.now = datetime(2028, 3, 31, 12, 0, tzinfo=UTC)
    assert compile_query(parse_query(f"created:<{age}"), office).filter is not None


@pytest.mark.parametrize("typed", ["today..2020-01-01", "today..yesterday", "2026-02..2026-01", "1..2..3"])
def test_a_range_without_a_day_in_it_is_refused(typed: str) -> None:
    with pytest.raises(ServiceError, match="is not understood"):
        compile_query(parse_query(f"created:{typed}"), Office())


def test_each_value_counts() -> None:
    with pytest.raises(ServiceError, match="more than 50"):
        parse_query("tag:" + ",".join(map(str, range(51))))
