"""Sorts what happened to facts into the periods between edges, for each group."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from analytics.adapters.columns import NEVER, Columns, Mask, Numbers, following
from analytics.adapters.group import Groups, group
from analytics.domain.measure import Tallies, Tally
from analytics.usecases.ports import Grouped


def tallies(columns: Columns, matching: Mask, edges: Sequence[datetime], key: Sequence[str]) -> Iterator[Grouped]:
    rows = np.flatnonzero(matching & (columns["created_at"] < following(edges[-1])))
    groups = group(columns, rows, [*key, "excluded"])
    counted = _Counted(columns, rows, groups, edges)
    for fields, told in zip(groups.fields, counted.tallies(), strict=True):
        excluded = fields["excluded"]
        yield {name: fields[name] for name in key}, excluded, Tallies(told)


class _Counted:
    """A cell is one period of one group."""

    def __init__(self, columns: Columns, rows: Numbers, groups: Groups, edges: Sequence[datetime]) -> None:
        self._columns = columns
        self._rows = rows
        self._groups = groups
        self._edges = np.array([following(edge) for edge in edges], np.int64)
        self._width = len(edges) + 1
        self._cells = len(groups.fields) * self._width

    def tallies(self) -> list[list[Tally]]:
        every = [Tally(*told) for told in zip(*self._tables(), strict=True)]
        return [every[start : start + self._width] for start in range(0, self._cells, self._width)]

    def _tables(self) -> Iterator[list[Any]]:
        created, first, last = (self._of(name) for name in ("created_at", "first_resolution_at", "last_resolution_at"))
        replied, resolved = self._of("replied_at"), (first != NEVER) & (last != NEVER)
        begun, replies, solved = (self._cell(self._groups.of, times) for times in (created, replied, last))
        yield self._count(begun)
        yield (self._growth(begun)).tolist()
        yield self._count(solved[resolved & (self._of("reopenings") > 0)])
        yield self._lists(replies, (replied - created) / 1000, replied != NEVER)
        yield self._lists(solved, (last - created) / 1000, resolved)
        yield self._lists(solved, (first - created) / 1000, resolved)
        yield self._lists(solved, self._of("team_changes"), resolved)

    def _of(self, name: str) -> Numbers:
        return self._columns[name][self._rows]

    def _cell(self, groups: Numbers, times: Numbers) -> Numbers:
        return groups * self._width + np.searchsorted(self._edges, times, side="right")

    def _count(self, cells: Numbers) -> list[int]:
        return self._counts(cells).tolist()  # type: ignore[no-any-return]

    def _counts(self, cells: Numbers) -> Numbers:
        return np.bincount(cells, minlength=self._cells)

    def _growth(self, begun: Numbers) -> Numbers:
        done = self._cell(self._groups.of, self._of("done_at"))
        rows, starts, ends = self._columns.rests()
        places = np.searchsorted(self._rows, rows)
        places = np.minimum(places, max(len(self._rows) - 1, 0))
        known = self._rows[places] == rows if len(self._rows) else np.zeros(len(rows), bool)
        resting = self._groups.of[places[known]]
        paused, resumed = self._cell(resting, starts[known]), self._cell(resting, ends[known])
        return self._counts(begun) - self._counts(done) - self._counts(paused) + self._counts(resumed)

    def _lists(self, cells: Numbers, values: Any, wanted: Mask) -> list[list[float]]:
        """Returns the values of each cell in ascending order."""
        # Nobody asks for those before and after all periods.
        wanted = wanted & (cells % self._width > 0) & (cells % self._width < self._width - 1)
        cells, values = cells[wanted], values[wanted]
        order = np.lexsort((values, cells))
        bounds = np.searchsorted(cells[order], np.arange(self._cells + 1))
        ordered = values[order].tolist()
        return [ordered[start:end] for start, end in pairwise(bounds)]
