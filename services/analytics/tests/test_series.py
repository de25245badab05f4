from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analytics.domain.period import Every, Period, edges
from trackline_schemas.analytics import Series, SeriesQuery
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

from . import naive
from .stories import HOUR, START, Story, random_story
from .world import World

ADMIN = Viewer(id="root", admin=True)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asked(world: World, start: float = 0, end: float = 800, **query: Any) -> Series:
    period = {"from": START + start * HOUR, "to": START + end * HOUR}
    return world.series(SeriesQuery.model_validate({**period, **query}), ADMIN)


@pytest.mark.parametrize(
    ("every", "zone", "start", "end", "inside"),
    [
        ("day", "UTC", "2026-03-02T00:00", "2026-03-04T00:00", ["2026-03-03T00:00"]),
        ("day", "Europe/Berlin", "2026-03-28T12:00", "2026-03-30T12:00", ["2026-03-28T23:00", "2026-03-29T22:00"]),
        ("week", "UTC", "2026-03-04T00:00", "2026-03-17T00:00", ["2026-03-09T00:00", "2026-03-16T00:00"]),
        ("month", "Asia/Tokyo", "2025-11-30T16:00", "2026-02-01T00:00", ["2025-12-31T15:00", "2026-01-31T15:00"]),
        ("day", "UTC", "2026-03-02T01:00", "2026-03-02T02:00", []),
    ],
)
def test_days_weeks_and_months_begin_at_midnight_of_the_zone(
    every: Every, zone: str, start: str, end: str, inside: list[str]
) -> None:
    found = list(edges(Period(utc(start), utc(end)), every, ZoneInfo(zone)))
    assert found == [utc(start), *map(utc, inside), utc(end)]


def test_edges_grow_where_midnight_comes_twice() -> None:
    # Clocks in St John's went from 00:01 back to 23:01 of the day before.
    period = Period(utc("2010-11-07T02:31"), utc("2010-11-09T00:00"))
    found = list(edges(period, "day", ZoneInfo("America/St_Johns")))
    assert all(before < after for before, after in pairwise(found))


@pytest.mark.parametrize("seed", range(5))
def test_each_bucket_equals_a_summary_of_its_time(memory_world: World, seed: int) -> None:
    random = Random(seed)
    stories = [random_story(random, f"t{number}") for number in range(40)]
    told = [story for story in stories if story.ticket["team_id"] is None]
    memory_world.consume([event for story in stories for event in story.events])
    memory_world.clock.forward(10_000 * 3600)
    series = asked(memory_world, every="week", zone="America/New_York", group_by=["priority"])
    assert (series.buckets[0].from_, series.buckets[-1].to) == (START, START + 800 * HOUR)
    for bucket in series.buckets:
        period = (bucket.from_, bucket.to)
        assert bucket.total.model_dump() == naive.approx(naive.summary(told, *period))
        for group in bucket.groups:
            members = [story for story in told if story.ticket["priority"] == group.key["priority"]]
            assert group.measures.model_dump() == naive.approx(naive.summary(members, *period))
        assert sum(group.measures.backlog for group in bucket.groups) == bucket.total.backlog


def test_what_has_not_begun_is_no_bucket(world: World) -> None:
    world.consume(Story("t1").events)
    world.clock.forward(24 * 3600)
    assert [bucket.total.backlog for bucket in asked(world, 0, 240).buckets] == [1, 1]
    assert asked(world, 100, 240).buckets == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"zone": "../etc/passwd"}, "/zone"),
        ({"zone": "Europe"}, "/zone"),
        ({"end": 10**6}, "/every"),
        ({"group_by": ["team_id", "team_id"]}, "/group_by"),
        ({"start": 5, "end": 5}, "/to"),
    ],
)
def test_what_cannot_be_told_is_refused(memory_world: World, query: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ServiceError) as refused:
        asked(memory_world, **query)
    assert refused.value.detail["errors"][0]["pointer"] == pointer


def test_a_period_at_the_beginning_of_the_calendar_is_refused(memory_world: World) -> None:
    query = {"from": "0001-01-01T00:00:00Z", "to": "0001-01-02T00:00:00Z", "zone": "America/New_York"}
    with pytest.raises(ServiceError, match="calendar"):
        memory_world.series(SeriesQuery.model_validate(query), ADMIN)


def test_more_numbers_than_a_page_can_hold_are_refused(memory_world: World) -> None:
    stories = [Story(f"t{number}", assignee_id=f"a{number}") for number in range(60)]
    memory_world.consume([event for story in stories for event in story.events])
    memory_world.clock.forward(10_000 * 3600)
    with pytest.raises(ServiceError, match="fewer groups"):
        asked(memory_world, end=2400, group_by=["assignee_id"])
