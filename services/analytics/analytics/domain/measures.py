"""Numbers over facts. The definitions are in docs/metrics.md; durations are seconds."""

import statistics
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any


@dataclass(frozen=True)
class Row:
    """What the measures need of one fact. `active` are the spans in active states, the last one perhaps without an
    end."""

    key: Mapping[str, Any]
    excluded: str | None
    created_at: datetime
    replied_at: datetime | None
    first_resolution_at: datetime | None
    last_resolution_at: datetime | None
    reopenings: int
    reassignments: int
    active: Sequence[tuple[datetime, datetime | None]]


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
    reassignments: Spread


@dataclass
class _Tally:
    created: int = 0
    reopened: int = 0
    first_reply: list[float] = field(default_factory=list)
    resolution: list[float] = field(default_factory=list)
    first_resolution: list[float] = field(default_factory=list)
    reassignments: list[float] = field(default_factory=list)

    def replied(self, row: Row) -> None:
        self.first_reply += _since_creation(row, row.replied_at)

    def resolved(self, row: Row) -> None:
        self.reopened += row.reopenings > 0
        self.resolution += _since_creation(row, row.last_resolution_at)
        self.first_resolution += _since_creation(row, row.first_resolution_at)
        self.reassignments.append(row.reassignments)

    def measures(self, backlog: int) -> Measures:
        resolved = len(self.resolution)
        return Measures(
            created=self.created,
            resolved=resolved,
            reopened=self.reopened,
            reopen_rate=self.reopened / resolved if resolved else None,
            backlog=backlog,
            first_reply=spread(self.first_reply),
            resolution=spread(self.resolution),
            first_resolution=spread(self.first_resolution),
            reassignments=spread(self.reassignments),
        )


def measured(rows: Iterable[Row], edges: Sequence[datetime]) -> list[Measures]:
    """Of rows that are not excluded: for each period between two neighbouring edges, the later one outside."""
    tallies = [_Tally() for _ in edges[1:]]
    # By how much the backlog differs from that at the edge before.
    growth = [0] * (len(edges) + 1)
    for row in rows:
        for tally in _at(row.created_at, edges, tallies):
            tally.created += 1
        for tally in _at(row.replied_at, edges, tallies):
            tally.replied(row)
        for tally in _at(row.last_resolution_at, edges, tallies):
            tally.resolved(row)
        for start, end in row.active:
            growth[bisect_right(edges, start)] += 1
            growth[bisect_right(edges, end) if end else -1] -= 1
    backlogs = list(accumulate(growth))[1:-1]
    return [tally.measures(backlog) for tally, backlog in zip(tallies, backlogs, strict=True)]


def _at(instant: datetime | None, edges: Sequence[datetime], tallies: Sequence[_Tally]) -> Sequence[_Tally]:
    """The one tally that the instant belongs to, or none."""
    index = bisect_right(edges, instant) - 1 if instant else -1
    return tallies[index : index + 1] if index >= 0 else ()


def _since_creation(row: Row, end: datetime | None) -> list[float]:
    return [(end - row.created_at).total_seconds()] if end else []


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
