"""Computes the expected numbers of a ServiceNow incident log from the file alone, without any code of Trackline.

Times are UTC, durations are seconds. A ticket counts by the priority in its last row. `History.moves` has the rows that
lead to an event: the first one, each in which a watched field differs from the row before, and each further Resolved
one.
"""

import csv
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

Row = Mapping[str, str]
WATCHED = ("incident_state", "assignment_group", "assigned_to", "priority", "category")
STATES = {"New": "new", "Active": "open", "Awaiting User Info": "pending", "Resolved": "resolved", "Closed": "closed"}
DONE = ("resolved", "closed")


def parse_instant(text: str) -> datetime:
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


def state(row: Row) -> str:
    """Returns Trackline's state. All values that are not in STATES begin with "Awaiting"."""
    return STATES.get(row["incident_state"], "on_hold")


@dataclass(frozen=True)
class History:
    """The rows of one incident in their order, each with its time. The ticket was opened at `opened_at`."""

    number: str
    opened_at: datetime
    rows: Sequence[tuple[datetime, Row]]

    @cached_property
    def moves(self) -> list[tuple[datetime, Row]]:
        later = [
            (at, row)
            for (_, before), (at, row) in pairwise(self.rows)
            if state(row) == "resolved" or any(row[name] != before[name] for name in WATCHED)
        ]
        return [(self.opened_at, self.rows[0][1]), *later]

    @property
    def priority(self) -> int:
        return int(self.rows[-1][1]["priority"][0])

    @property
    def resolution_seconds(self) -> float | None:
        """Returns the time from opening to the last Resolved row, or None without one. Closing the ticket later does
        not count, even if it was reopened in between."""
        resolved = [at for at, row in self.moves if state(row) == "resolved"]
        return (resolved[-1] - self.opened_at).total_seconds() if resolved else None

    @property
    def reopenings(self) -> int:
        """Counts the steps from resolved or closed to an active state."""
        return sum(a in DONE and b not in DONE for a, b in pairwise(state(row) for _, row in self.moves))

    @property
    def reassignments(self) -> int:
        """Counts the changes of the group after the first row, also from or to none. The file's own reassignment_count
        is the same, except for two incidents whose log lacks a row."""
        groups = [row["assignment_group"] for _, row in self.moves]
        return sum(before != after for before, after in pairwise(groups))

    def at(self, when: datetime) -> Row | None:
        """Returns the last row at or before the instant, or None before the ticket was opened."""
        # the first row says how the ticket was opened, even if it was written earlier or later
        known = [row for at, row in [(self.opened_at, self.rows[0][1]), *self.rows[1:]] if at <= when]
        return known[-1] if known else None

    def seconds_by_state(self) -> Counter[str]:
        """Returns state → seconds, for the states that ended. The last state, closed, has no end."""
        spans: Counter[str] = Counter()
        for (start, row), (end, _) in pairwise(self.moves):
            spans[state(row)] += int((end - start).total_seconds())
        return spans


def histories(file: Path) -> dict[str, History]:
    """Returns number → history, with rows by (sys_updated_at, sys_mod_count) and none before its ticket was opened."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["number"]].append(row)
    return {number: _history(number, rows) for number, rows in found.items()}


def _history(number: str, rows: list[dict[str, str]]) -> History:
    opened_at = parse_instant(rows[0]["opened_at"])
    ordered = sorted(rows, key=lambda row: (parse_instant(row["sys_updated_at"]), int(row["sys_mod_count"])))
    return History(number, opened_at, [(max(opened_at, parse_instant(row["sys_updated_at"])), row) for row in ordered])


def spread(numbers: Iterable[float]) -> dict[str, float]:
    """Returns count, mean, median and p90 (linear interpolation, extremes included) of at least one number."""
    values = sorted(numbers)
    p90 = statistics.quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]
    return {"count": len(values), "mean": statistics.fmean(values), "median": statistics.median(values), "p90": p90}


def resolution_by_priority(all_histories: Iterable[History]) -> dict[int, dict[str, float]]:
    """Returns the mean time to resolve: priority → spread of the seconds from opening to the last Resolved row."""
    found: dict[int, list[float]] = defaultdict(list)
    for one in all_histories:
        if one.resolution_seconds is not None:
            found[one.priority].append(one.resolution_seconds)
    return {priority: spread(values) for priority, values in found.items()}


def seconds_by_state_and_priority(all_histories: Iterable[History]) -> dict[int, Counter[str]]:
    """Returns priority → state → seconds in it, summed over all tickets."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for one in all_histories:
        found[one.priority].update(one.seconds_by_state())
    return dict(found)


def backlog_by_day(all_histories: Iterable[History]) -> dict[date, int]:
    """Returns the number of tickets that are neither resolved nor closed at the end of each UTC day, from the first
    opening to the last event. Events at midnight itself belong to the next day."""
    everything = list(all_histories)
    day, last = min(one.opened_at for one in everything).date(), max(one.moves[-1][0] for one in everything).date()
    counts = {}
    while day <= last:
        midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
        before = [[row for at, row in one.moves if at < midnight] for one in everything]
        counts[day] = sum(bool(rows) and state(rows[-1]) not in DONE for rows in before)
        day += timedelta(days=1)
    return counts
