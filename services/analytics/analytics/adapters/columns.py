"""The numbers of all facts of a generation in memory: one row for each fact, and an array for each column.

Times are milliseconds since 1970. A field by which facts are filtered and grouped has codes, which are places in the
list of its different values.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.adapters.document import Document
from analytics.domain.fact import TIMED
from trackline_schemas.access import DECIDING
from trackline_schemas.filters import And, Condition, Filter, Not, Or, fields_of, matches
from trackline_schemas.ticket.fields import GROUPS, LISTS

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

STATES = sorted(TIMED)
TIMES = "created_at done_at replied_at first_resolution_at last_resolution_at entered_at".split()
COUNTS = ["reopenings", "team_changes", *(f"in_{state}" for state in STATES)]
# What screens filter and group by, and what decides who may read a ticket.
CODED = list(dict.fromkeys(("excluded", *DECIDING, *GROUPS, *sorted(LISTS))))
COLUMNS = {name: place for place, name in enumerate((*TIMES, *COUNTS, *CODED))}
PROJECTION = dict.fromkeys((*COLUMNS, "rests"), 1)
# The time of what has not happened is later than any other.
NEVER = np.iinfo(np.int64).max
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_MILLISECOND = timedelta(milliseconds=1)


class Columns:
    def __init__(self) -> None:
        self.ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._table: Numbers = np.empty((len(COLUMNS), 1024), np.int64)
        self._codes: dict[str, dict[Any, int]] = {name: {} for name in CODED}
        self._rests: dict[int, list[tuple[int, int]]] = {}

    def take(self, documents: Sequence[Document]) -> None:
        """Adds facts, or replaces them. Their times are naive, in UTC."""
        rows = [self._row(document["_id"]) for document in documents]
        for name in TIMES:
            self._table[COLUMNS[name], rows] = [_from_naive(document.get(name)) for document in documents]
        for name in COUNTS:
            self._table[COLUMNS[name], rows] = [document.get(name) or 0 for document in documents]
        for name in CODED:
            self._table[COLUMNS[name], rows] = [self._code(name, document.get(name)) for document in documents]
        for row, document in zip(rows, documents, strict=True):
            self._rests.pop(row, None)
            if rests := document.get("rests"):
                self._rests[row] = [(_from_naive(start), _from_naive(end)) for start, end in rests["all"]]

    def __getitem__(self, name: str) -> Numbers:
        return self._table[COLUMNS[name], : len(self.ids)]

    def values(self, name: str) -> list[Any]:
        """Returns the value of each code of a field."""
        return [list(value) if isinstance(value, tuple) else value for value in self._codes[name]]

    def rests(self) -> tuple[Numbers, Numbers, Numbers]:
        """Returns rows, starts and ends of the rests of all facts."""
        found = [(row, start, end) for row, rests in self._rests.items() for start, end in rests]
        rows, starts, ends = np.array(found, np.int64).reshape(-1, 3).T
        return rows, starts, ends

    def matching(self, where: Filter) -> Mask:
        match where:
            case And():
                return reduce(np.logical_and, map(self.matching, where.all), np.ones(len(self.ids), bool))
            case Or():
                return reduce(np.logical_or, map(self.matching, where.any), np.zeros(len(self.ids), bool))
            case Not():
                return ~self.matching(where.filter)
            case Condition(field=name):
                holds = [matches(where, {name: value}) for value in self.values(name)]
                return np.array(holds, bool)[self[name]]

    def rows(self, ids: Iterable[str]) -> Mask:
        mask = np.zeros(len(self.ids), bool)
        mask[[self._rows[id_] for id_ in ids if id_ in self._rows]] = True
        return mask

    def _row(self, id_: str) -> int:
        row = self._rows.setdefault(id_, len(self.ids))
        if row == len(self.ids):
            self.ids.append(id_)
            if row == self._table.shape[1]:
                self._table = np.concatenate([self._table, np.empty_like(self._table)], axis=1)
        return row

    def _code(self, name: str, value: Any) -> int:
        codes = self._codes[name]
        return codes.setdefault(tuple(value) if isinstance(value, list) else value, len(codes))


def able(where: Filter) -> bool:
    """Returns whether the columns have all fields of the filter."""
    return fields_of(where) <= {*CODED}


def milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND


def following(instant: datetime) -> int:
    """Returns the first millisecond that is not before the instant."""
    return -((_EPOCH - instant) // _MILLISECOND)


def _from_naive(instant: datetime | None) -> int:
    return NEVER if instant is None else (instant - _NAIVE_EPOCH) // _MILLISECOND
