"""Computes the measures of each day, week or month of a period."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analytics.domain.measure import NOTHING, Measures, add_up
from analytics.domain.period import Every, Period, edges
from analytics.usecases.group import Key, sort_keys, to_fields, to_key
from analytics.usecases.ports import Ports
from analytics.usecases.scope import check_no_duplicates, get_scope
from trackline_schemas.analytics import Series, SeriesQuery
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer

MAX_BUCKETS = 1000
# The limit of buckets times groups, which makes an answer of about two megabytes.
MAX_CELLS = 5000
_SHORTEST: Mapping[Every, timedelta] = {
    "day": timedelta(hours=23),
    "week": timedelta(days=7, hours=-1),
    "month": timedelta(days=28),
}


def series(ports: Ports, query: SeriesQuery, viewer: Viewer) -> Series:
    scope = get_scope(ports, query, viewer, query.group_by)
    check_no_duplicates([*query.group_by])
    bounds = _drop_future(_bounds(scope.period, query.every, _zone(query.zone)), ports.clock())
    found = ports.facts.tallies(scope.generation, scope.where, bounds, query.group_by)
    groups = {to_key(fields): tallies for fields, excluded, tallies in found if excluded is None}
    if query.group_by and len(groups) * len(bounds) > MAX_CELLS:
        raise refuse(reasons.analytics.TOO_MANY_NUMBERS, pointer="/group_by", most=MAX_CELLS)
    total = add_up(groups.values(), bounds).measures()
    grouped = {key: groups[key].measures() for key in sort_keys(groups)} if query.group_by else {}
    buckets = [
        {"from": start, "to": end, "total": asdict(total[index]), "groups": _groups(query.group_by, grouped, index)}
        for index, (start, end) in enumerate(pairwise(bounds))
    ]
    until = ports.facts.newest_event(scope.generation)
    return Series.model_validate({"zone": query.zone, "buckets": buckets, "applied_until": until})


def _drop_future(bounds: list[datetime], now: datetime) -> list[datetime]:
    """Returns the bounds without those of buckets that have not begun yet."""
    return [bounds[0], *(end for start, end in pairwise(bounds) if start < now)]


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse(reasons.analytics.ZONE_UNKNOWN, pointer="/zone", zone=name) from None


def _bounds(period: Period, every: Every, zone: tzinfo) -> list[datetime]:
    if (period.end - period.start) / _SHORTEST[every] > MAX_BUCKETS:
        raise refuse(reasons.analytics.TOO_MANY_BUCKETS, pointer="/every", most=MAX_BUCKETS)
    try:
        return list(edges(period, every, zone))
    except (OverflowError, ValueError):
        raise refuse(reasons.analytics.PERIOD_AT_END_OF_CALENDAR, pointer="/from") from None


def _groups(names: Sequence[str], grouped: Mapping[Key, Sequence[Measures]], index: int) -> list[dict[str, Any]]:
    return [
        {"key": to_fields(names, key), "measures": asdict(measures[index])}
        for key, measures in grouped.items()
        if measures[index] != NOTHING
    ]
