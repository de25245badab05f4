"""The answers of the analytics API. Each set of measures has the address of the tickets that it counts."""

from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from gateway.kit.groups import narrow_to_group
from trackline_schemas.analytics import Bucket, GroupMeasures, PeriodQuery, Series, Summary
from trackline_schemas.base import Instant
from trackline_schemas.filters import Filter

TICKETS = "/api/v1/analytics/tickets"
_ADDRESS = Field(
    description="The address of the counted tickets. Put the name of a measure in place of {measure}.",
    examples=[TICKETS],
)


class LinkedGroup(GroupMeasures):
    tickets: str = _ADDRESS


class LinkedSummary(Summary):
    tickets: str = _ADDRESS
    groups: list[LinkedGroup] = []  # type: ignore[assignment]


class LinkedBucket(Bucket):
    tickets: str = _ADDRESS
    groups: list[LinkedGroup] = []  # type: ignore[assignment]


class LinkedSeries(Series):
    buckets: list[LinkedBucket]  # type: ignore[assignment]


def link_summary(summary: Summary, query: PeriodQuery) -> LinkedSummary:
    return LinkedSummary.model_validate(_add_links(summary.model_dump(by_alias=True), query.filter))


def link_series(series: Series, query: PeriodQuery) -> LinkedSeries:
    buckets = [_add_links(bucket.model_dump(by_alias=True), query.filter) for bucket in series.buckets]
    return LinkedSeries.model_validate({**series.model_dump(exclude={"buckets"}), "buckets": buckets})


def _add_links(measured: dict[str, Any], filter: Filter | None) -> dict[str, Any]:
    start, end = measured["from"], measured["to"]
    groups = [
        {**group, "tickets": _address(start, end, narrow_to_group(filter, group["key"]))}
        for group in measured["groups"]
    ]
    return {**measured, "groups": groups, "tickets": _address(start, end, filter)}


def _address(start: Instant, end: Instant, filter: Filter | None) -> str:
    period = {"from": _format(start), "to": _format(end)}
    chosen = {"filter": filter.model_dump_json()} if filter else {}
    return f"{TICKETS}?measure={{measure}}&{urlencode(period | chosen)}"


def _format(instant: Instant) -> str:
    return instant.isoformat().replace("+00:00", "Z")
