"""Keeps the columns of the generations that are asked about in memory, and brings them up to date for each question."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Lock

from pymongo.collection import Collection

from analytics.adapters.change import MongoChanges, within
from analytics.adapters.columns import PROJECTION, Columns
from analytics.adapters.document import Document

# Other calls get their turn between two batches.
AT_ONCE = 1000
# Parts that are read with one query.
PARTS_AT_ONCE = 200
_EVERYTHING: Document = {"_id": {"$gte": ""}}


class Memory:
    """`facts` returns the collection of a generation, with naive times."""

    def __init__(self, facts: Callable[[int], Collection[Document]], changes: MongoChanges) -> None:
        self._facts = facts
        self._changes = changes
        self._lock = Lock()
        self._generations: dict[int, _Generation] = {}

    @contextmanager
    def columns(self, generation: int) -> Iterator[Columns]:
        """Yields columns that hold all announced changes, and that do not change meanwhile."""
        with self._of(generation).learned() as columns:
            yield columns

    def follow(self, generation: int) -> None:
        """Learns what has changed, and forgets the generations before."""
        with self.columns(generation), self._lock:
            self._generations = {number: one for number, one in self._generations.items() if number >= generation}

    def _of(self, generation: int) -> "_Generation":
        with self._lock:
            if generation not in self._generations:
                self._generations[generation] = _Generation(generation, self._facts(generation), self._changes)
            return self._generations[generation]


class _Generation:
    """Questions wait while the facts of their generation are read, but not while those of another one are."""

    def __init__(self, number: int, facts: Collection[Document], changes: MongoChanges) -> None:
        self._number = number
        self._facts = facts
        self._changes = changes
        self._lock = Lock()
        self._columns = Columns()
        # None until all facts have been read.
        self._seen: Mapping[str, int] | None = None

    @contextmanager
    def learned(self) -> Iterator[Columns]:
        with self._lock:
            self._learn()
            yield self._columns

    def _learn(self) -> None:
        counts = self._changes.counts(self._number)
        if self._seen is None:
            self._take(_EVERYTHING)
        else:
            self._read_again([part for part, count in counts.items() if self._seen.get(part) != count])
        self._seen = counts

    def _read_again(self, parts: Sequence[str]) -> None:
        for start in range(0, len(parts), PARTS_AT_ONCE):
            self._take(within(parts[start : start + PARTS_AT_ONCE]))

    def _take(self, wanted: Document) -> None:
        found = iter(self._facts.find(wanted, PROJECTION).batch_size(AT_ONCE))
        while batch := list(islice(found, AT_ONCE)):
            self._columns.take(batch)
