"""Periods, and the days, weeks and months within them in a time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

Every = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Period:
    """All times t with start ≤ t < end."""

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime | None) -> bool:
        return instant is not None and self.start <= instant < self.end


def edges(period: Period, every: Every, zone: tzinfo) -> Iterator[datetime]:
    """Yields the start, every midnight in `zone` that begins a day, week (Monday) or month, and the end, all in UTC."""
    yield period.start
    day = period.start.astimezone(zone).date()
    while (midnight := _midnight(day := _following(day, every), zone)) < period.end:
        # If clocks are put back at midnight, there are two midnights, and the first one may be before the start.
        if midnight > period.start:
            yield midnight
    yield period.end


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _following(day: date, every: Every) -> date:
    if every == "day":
        return day + timedelta(days=1)
    if every == "week":
        return day + timedelta(days=7 - day.weekday())
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)
