"""Computes the time in each state. For most facts the columns are enough. For the few that changed state across an edge
of the period, the spans of the states that they left are read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from analytics.adapters.columns import STATES, Columns, Mask, milliseconds
from analytics.adapters.group import group
from analytics.domain.period import Period

Spans = Callable[[Sequence[str]], Iterable[tuple[str, str, int, int]]]
Time = tuple[dict[str, Any], str, int]


def times(columns: Columns, matching: Mask, period: Period, key: Sequence[str], spans: Spans) -> Iterator[Time]:
    """Yields (group, state, milliseconds), in several parts per group. `spans` reads (id, state, start, end) of each
    state that the facts with these ids have left."""
    start, end = milliseconds(period.start), milliseconds(period.end)
    counted = columns.values("excluded").index(None) if None in columns.values("excluded") else -1
    begun = matching & (columns["excluded"] == counted) & (columns["created_at"] < end)
    created, entered = columns["created_at"], columns["entered_at"]
    yield from _present(columns, begun & (entered < end), (start, end), key)
    yield from _left(columns, begun & (created >= start) & (entered <= end), key)
    across = begun & (((created < start) & (entered > start)) | ((created >= start) & (entered > end)))
    yield from _across(columns, across, (start, end), key, spans)


def _present(columns: Columns, mask: Mask, period: tuple[int, int], key: Sequence[str]) -> Iterator[Time]:
    """The time in the states that facts are still in."""
    start, end = period
    rows = np.flatnonzero(mask)
    groups = group(columns, rows, [*key, "state"])
    total = np.zeros(len(groups.fields), np.int64)
    np.add.at(total, groups.of, end - np.maximum(columns["entered_at"][rows], start))
    for fields, time in zip(groups.fields, total.tolist(), strict=True):
        if (state := fields["state"]) in STATES:
            yield {name: fields[name] for name in key}, state, time


def _left(columns: Columns, mask: Mask, key: Sequence[str]) -> Iterator[Time]:
    """The time in the states that facts have left, if all of it is in the period."""
    rows = np.flatnonzero(mask)
    groups = group(columns, rows, key)
    for state in STATES:
        total = np.zeros(len(groups.fields), np.int64)
        np.add.at(total, groups.of, columns[f"in_{state}"][rows])
        yield from ((fields, state, one) for fields, one in zip(groups.fields, total.tolist(), strict=True))


def _across(columns: Columns, mask: Mask, period: tuple[int, int], key: Sequence[str], spans: Spans) -> Iterator[Time]:
    start, end = period
    rows = np.flatnonzero(mask)
    groups = group(columns, rows, key)
    places, entered = zip(rows, groups.of, strict=True), columns["entered_at"]
    of = {columns.ids[row]: (groups.fields[place], entered[row]) for row, place in places}
    for id_, state, began, ended in spans([*of]):
        fields, present_since = of[id_]
        within = min(ended, end) - max(began, start)
        # The columns may not know yet that the fact has left this state.
        if state in STATES and within > 0 and began < present_since:
            yield fields, state, within
