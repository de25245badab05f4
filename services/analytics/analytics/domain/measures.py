"""Numbers over facts. The definitions are in docs/metrics.md; durations are seconds."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Row:
    """What the measures need of one fact. `backlog`: the ticket was active when the period ended."""

    key: Mapping[str, Any]
    excluded: str | None
    created_at: datetime
    replied_at: datetime | None
    first_resolution_at: datetime | None
    last_resolution_at: datetime | None
    reopenings: int
    backlog: bool


@dataclass(frozen=True)
class Period:
    """start ≤ t < end."""

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime | None) -> bool:
        return instant is not None and self.start <= instant < self.end


@dataclass(frozen=True)
class Spread:
    count: int
    mean: float | None = None
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True)
class Measures:
    created: int
    resolved: int
    reopened: int
    reopen_rate: float | None
    backlog: int
    first_reply: Spread
    resolution: Spread
    first_resolution: Spread


def measured(rows: Iterable[Row], period: Period) -> Measures:
    """Of rows that are not excluded."""
    all_rows = list(rows)
    resolved = [row for row in all_rows if row.last_resolution_at in period]
    reopened = sum(row.reopenings > 0 for row in resolved)
    return Measures(
        created=sum(row.created_at in period for row in all_rows),
        resolved=len(resolved),
        reopened=reopened,
        reopen_rate=reopened / len(resolved) if resolved else None,
        backlog=sum(row.backlog for row in all_rows),
        first_reply=_since_creation((row.created_at, row.replied_at) for row in all_rows if row.replied_at in period),
        resolution=_since_creation((row.created_at, row.last_resolution_at) for row in resolved),
        first_resolution=_since_creation((row.created_at, row.first_resolution_at) for row in resolved),
    )


def _since_creation(pairs: Iterable[tuple[datetime, datetime | None]]) -> Spread:
    return spread((end - created).total_seconds() for created, end in pairs if end is not None)


def spread(numbers: Iterable[float]) -> Spread:
    values = sorted(numbers)
    if not values:
        return Spread(count=0)
    return Spread(len(values), statistics.fmean(values), statistics.median(values), _p90(values))


def _p90(ordered: Sequence[float]) -> float:
    """Linear interpolation between the two nearest values, the extremes included."""
    if len(ordered) == 1:
        return ordered[0]
    return statistics.quantiles(ordered, n=10, method="inclusive")[-1]
