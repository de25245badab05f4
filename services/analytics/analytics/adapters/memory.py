"""Keeps the columns of the generation that is asked about in memory, and brings them up to date for each question."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from threading import Lock

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from analytics.adapters.change import MongoChanges, within
from analytics.adapters.columns import PROJECTION, Columns
from analytics.adapters.document import Document

# Other calls get their turn between two batches.
AT_ONCE = 1000
# If more parts have changed, reading all facts is quicker.
MANY_PARTS = 500
# Facts that are read again at each turn, because a replica of an earlier version announces nothing.
READ_AGAIN = 200
_EVERYTHING: Document = {"_id": {"$gte": ""}}


class Memory:
    """`facts` returns the collection of a generation, with naive times."""

    def __init__(self, facts: Callable[[int], Collection[Document]], changes: MongoChanges) -> None:
        self._facts = facts
        self._changes = changes
        self._lock = Lock()
        self._generation = 0
        self._columns = Columns()
        self._seen: Mapping[str, int] | None = None
        # The id of the last fact that was read again.
        self._checked = ""

    @contextmanager
    def columns(self, generation: int) -> Iterator[Columns]:
        """Yields columns that hold all announced changes, and that do not change meanwhile."""
        with self._lock:
            if generation != self._generation:
                self._generation, self._columns, self._seen, self._checked = generation, Columns(), None, ""
            self._learn()
            yield self._columns

    def follow(self, generation: int) -> None:
        with self.columns(generation):
            found = list(self._find({"_id": {"$gt": self._checked}}).sort("_id").limit(READ_AGAIN))
            self._columns.take(found)
            self._checked = found[-1]["_id"] if found else ""

    def _learn(self) -> None:
        counts = self._changes.counts(self._generation)
        seen = self._seen
        changed = [part for part, count in counts.items() if seen is not None and seen.get(part) != count]
        if seen is None or len(changed) > MANY_PARTS:
            self._take(self._find(_EVERYTHING))
        elif changed:
            self._take(self._find(within(changed)))
        self._seen = counts

    def _find(self, wanted: Document) -> Cursor[Document]:
        return self._facts(self._generation).find(wanted, PROJECTION).batch_size(AT_ONCE)

    def _take(self, documents: Iterable[Document]) -> None:
        found = iter(documents)
        while batch := list(islice(found, AT_ONCE)):
            self._columns.take(batch)
