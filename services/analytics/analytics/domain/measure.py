"""Computes measures over facts. docs/metrics.md defines them. Durations are seconds."""

import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from typing import Any, Self


@dataclass(frozen=True)
class Lives:
    """The data of some facts that the measures need: one sequence per field, with the facts in the same order in each.
    Times are naive, in UTC. `rests` are the spans of time between creation and `done_at` in which some of the facts
    were not active. They may come separately from the facts that they belong to."""

    key: Mapping[str, Any]
    excluded: str | None = None
    created_at: Sequence[datetime] = ()
    done_at: Sequence[datetime | None] = ()
    replied_at: Sequence[datetime | None] = ()
    first_resolution_at: Sequence[datetime | None] = ()
    last_resolution_at: Sequence[datetime | None] = ()
    reopenings: Sequence[int] = ()
    team_changes: Sequence[int] = ()
    rests: Sequence[tuple[datetime, datetime]] = ()


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
    """`growth` is the backlog at the end minus the backlog at the beginning."""

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


class Tallies:
    """One tally for each period between neighbouring edges. A time at an edge belongs to the later period."""

    def __init__(self, edges: Sequence[datetime]) -> None:
        self._place = partial(bisect_right, [edge.astimezone(UTC).replace(tzinfo=None) for edge in edges])
        # The first and the last tally count what happened before and after all periods.
        self._tallies = [_Tally() for _ in range(len(edges) + 1)]

    def add(self, lives: Lives) -> None:
        for place, count in Counter(map(self._place, lives.created_at)).items():
            self._tallies[place].created += count
            self._tallies[place].growth += count
        for place, count in Counter(map(self._place, filter(None, lives.done_at))).items():
            self._tallies[place].growth -= count
        for start, end in lives.rests:
            self._tallies[self._place(start)].growth -= 1
            self._tallies[self._place(end)].growth += 1
        self._add_replies(lives)
        self._add_resolutions(lives)

    def join(self, other: Self) -> None:
        for mine, theirs in zip(self._tallies, other._tallies, strict=True):
            mine.join(theirs)

    def measures(self) -> list[Measures]:
        backlogs = accumulate(tally.growth for tally in self._tallies)
        both = list(zip(self._tallies, backlogs, strict=True))
        return [tally.measures(backlog) for tally, backlog in both[1:-1]]

    def _add_replies(self, lives: Lives) -> None:
        for created_at, at in zip(lives.created_at, lives.replied_at, strict=True):
            if at:
                self._tallies[self._place(at)].first_reply.append((at - created_at).total_seconds())

    def _add_resolutions(self, lives: Lives) -> None:
        times = zip(lives.created_at, lives.first_resolution_at, lives.last_resolution_at, strict=True)
        counts = zip(lives.reopenings, lives.team_changes, strict=True)
        for (created_at, first, last), (reopenings, team_changes) in zip(times, counts, strict=True):
            if first and last:
                tally = self._tallies[self._place(last)]
                tally.resolution.append((last - created_at).total_seconds())
                tally.first_resolution.append((first - created_at).total_seconds())
                tally.reassignments.append(team_changes)
                tally.reopened += reopenings > 0


def add_up(parts: Iterable[Tallies], edges: Sequence[datetime]) -> Tallies:
    total = Tallies(edges)
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


NOTHING = _Tally().measures(backlog=0)
