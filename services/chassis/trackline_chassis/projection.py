"""What a service keeps of documents that belong to another, from their events in whatever order."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Generic, TypeVar

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from trackline_chassis.mongo import Document

T = TypeVar("T")
CACHED_SECONDS = 1.0


def keep_newer(documents: Collection[Document], key: str, sequence: int, fields: Mapping[str, Any]) -> None:
    """The document of the newest sequence stays."""
    older = {"_id": key, "sequence": {"$lt": sequence}}
    update = {"$set": {**fields, "sequence": sequence}}
    try:
        documents.update_one(older, update, upsert=True)
    except DuplicateKeyError:
        # It is there already: newer, or put there by a twin of this write a moment ago, which may be older.
        documents.update_one(older, update)


class CachedProjection(Generic[T]):
    """A projection so small and so often asked for that it is read whole, at most once a second. `read` takes from a
    document what is asked for."""

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
        self._stale_at = float("-inf")
