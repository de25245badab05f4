"""Parses the period of a report, and finds the period before it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Depends, Query

from gateway.actions.identity import CurrentCaller
from trackline_schemas.base import Instant, now
from trackline_schemas.errors import reasons, refuse

DEFAULT_PERIOD = timedelta(days=30)
EARLIEST = datetime(1970, 1, 31, tzinfo=UTC)


@dataclass(frozen=True)
class RequestedPeriod:
    start: Instant
    end: Instant


def parse_period(
    since: Annotated[Instant | None, Query(alias="from", description="Default: 30 days before `to`.")] = None,
    to: Annotated[Instant | None, Query(description="Default: now.")] = None,
) -> RequestedPeriod:
    end = to or now()
    start = since or max(end, EARLIEST) - DEFAULT_PERIOD
    if start >= end:
        raise refuse(reasons.analytics.PERIOD_EMPTY, parameter="to")
    return RequestedPeriod(start, end)


def parse_zone(
    caller: CurrentCaller,
    time_zone: Annotated[str | None, Query(max_length=64, description="Default: the time zone of the caller.")] = None,
) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone or caller.person.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse(reasons.analytics.ZONE_UNKNOWN, parameter="time_zone", zone=time_zone) from None


Period = Annotated[RequestedPeriod, Depends(parse_period)]
Zone = Annotated[ZoneInfo, Depends(parse_zone)]


def start_of_previous(period: RequestedPeriod, zone: ZoneInfo) -> Instant:
    """Returns the start of the period before. A period of whole days in the zone is preceded by the same number of
    days, even if the clocks changed; any other period by the same number of seconds."""
    try:
        start, end = period.start.astimezone(zone), period.end.astimezone(zone)
        if start.time() == end.time() == time():
            return (start - (end.date() - start.date())).astimezone(UTC)
        return period.start - (period.end - period.start)
    except (OverflowError, ValueError):
        raise refuse(reasons.analytics.NO_PERIOD_BEFORE, parameter="compare") from None
