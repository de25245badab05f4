"""Projections: what a service keeps of another process's documents. Their events may arrive in any order."""

from collections.abc import Callable, Mapping
from threading import Event as Stop
from time import monotonic
from typing import Any, Generic, TypeVar

from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from trackline_chassis.mongo import Document
from trackline_core.bulk_write import duplicate_indexes

T = TypeVar("T")
CACHED_SECONDS = 1.0


def keep_newer(documents: Collection[Document], key: str, sequence: int, fields: Mapping[str, Any]) -> None:
    """Stores the fields unless the stored ones have the same or a newer sequence."""
    keep_all_newer(documents, {key: (sequence, fields)})


def keep_all_newer(documents: Collection[Document], newest: Mapping[str, tuple[int, Mapping[str, Any]]]) -> None:
    """Does the same for many documents at once. `newest` is key → (sequence, fields)."""
    writes = [_first_write(key, *one) for key, one in newest.items()]
    if not writes:
        return
    try:
        documents.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        known = duplicate_indexes(error.details)
        if known is None:
            raise
        # These documents exist. They are newer, or another replica has just inserted them and they may be older.
        keys = [key for place, key in enumerate(newest) if place in known]
        documents.bulk_write([_write(key, *newest[key], upsert=False) for key in keys], ordered=False)


def _first_write(key: str, sequence: int, fields: Mapping[str, Any]) -> InsertOne[Document] | UpdateOne:
    # A document of the first event is nearly always new, and an insert costs less than an upsert.
    if sequence == 1:
        return InsertOne({"_id": key, **fields, "sequence": sequence})
    return _write(key, sequence, fields, upsert=True)


def _write(key: str, sequence: int, fields: Mapping[str, Any], *, upsert: bool) -> UpdateOne:
    older = {"_id": key, "sequence": {"$lt": sequence}}
    return UpdateOne(older, {"$set": {**fields, "sequence": sequence}}, upsert=upsert)


class CachedProjection(Generic[T]):
    """A small projection that is needed often, so all of it is read at once, at most once a second. `read` takes the
    wanted value from a document."""

    def __init__(
        self,
        documents: Collection[Document],
        read: Callable[[Document], T],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._documents = documents
        self._read = read
        self._clock = clock
        self._cached: Mapping[str, T] = {}
        self._stale_at = float("-inf")

    def all(self) -> Mapping[str, T]:
        if self._clock() >= self._stale_at:
            self._cached = {document["_id"]: self._read(document) for document in self._documents.find()}
            self._stale_at = self._clock() + CACHED_SECONDS
        return self._cached

    def keep(self, key: str, sequence: int, fields: Mapping[str, Any]) -> None:
        keep_newer(self._documents, key, sequence, fields)
        self.expire()

    def expire(self) -> None:
        """Lets the next call of `all` read the documents again."""
        self._stale_at = float("-inf")


def request_until_known(known: Callable[[], object], request: Callable[[], bool], stop: Stop) -> None:
    """Loop: calls `request`, which asks for a replay and returns whether the broker took it, each second until it
    succeeds or something is `known`. A new service has missed the events about everything older than itself."""
    while not known() and not request():
        stop.wait(1)
    stop.wait()
