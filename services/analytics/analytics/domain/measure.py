"""Computes measures over facts. docs/metrics.md defines them. Durations are seconds."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Self


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
class Tally:
    """`growth` is the backlog at the end minus the backlog at the beginning. Durations are in seconds."""

    created: int = 0
    growth: int = 0
    reopened: int = 0
    first_reply: list[float] = field(default_factory=list)
    resolution: list[float] = field(default_factory=list)
    first_resolution: list[float] = field(default_factory=list)
    reassignments: list[float] = field(default_factory=list)

    def join(self, other: Self) -> None:
        for name, theirs in vars(other).items():
            mine = getattr(self, name)
            mine += theirs
            setattr(self, name, mine)

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


@dataclass
class Tallies:
    """One tally for each period between neighbouring edges, and one before and one after them, for what happened
    before and after all periods. A time at an edge belongs to the later period."""

    tallies: list[Tally]

    @classmethod
    def empty(cls, edges: Sequence[datetime]) -> Self:
        return cls([Tally() for _ in range(len(edges) + 1)])

    def join(self, other: Self) -> None:
        for mine, theirs in zip(self.tallies, other.tallies, strict=True):
            mine.join(theirs)

    def measures(self) -> list[Measures]:
        backlogs = accumulate(tally.growth for tally in self.tallies)
        both = list(zip(self.tallies, backlogs, strict=True))
        return [tally.measures(backlog) for tally, backlog in both[1:-1]]


def add_up(parts: Iterable[Tallies], edges: Sequence[datetime]) -> Tallies:
    total = Tallies.empty(edges)
    for part in parts:
        total.join(part)
    return total


def spread(numbers: Iterable[float]) -> Spread:
    values = sorted(numbers)
    if not values:
        return Spread(count=0)
    return Spread(len(values), statistics.fmean(values), statistics.median(values), _p90(values))


def _p90(ordered: Sequence[float]) -> float:
    """Interpolates linearly between the two nearest values, with the extremes included."""
    if len(ordered) == 1:
        return ordered[0]
    return statistics.quantiles(ordered, n=10, method="inclusive")[-1]


NOTHING = Tally().measures(backlog=0)
