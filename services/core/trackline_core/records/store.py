"""The store that records need. Each runtime implements it in one module."""

from collections.abc import Sequence
from typing import Protocol

from trackline_core.records.decide import Document, Write
from trackline_schemas.filters import Filter
from trackline_schemas.records import ChangesQuery


class Taken(Exception):
    """Another document has this _id or unique value."""


class RecordStore(Protocol):
    """The records of one kind. Documents are returned as they are stored."""

    def find(self, key: str) -> Document | None: ...
    def select(self, filter: Filter) -> list[Document]:
        """Returns the matching documents, ordered by name."""
        ...

    def save(self, write: Write) -> Document:
        """Returns the saved document. Raises VersionConflict unless the stored version is that of the write, and
        Taken."""
        ...

    def history(self, query: ChangesQuery) -> Sequence[Document]:
        """Returns rows of the log and pending rows, newest first, at most one more than the page holds."""
        ...

    def rows(self, ids: Sequence[str]) -> list[Document]:
        """Returns the rows of the log with these ids."""
        ...


class AsyncRecordStore(Protocol):
    """RecordStore for asyncio, without the history: there the kinds share one log."""

    async def find(self, key: str) -> Document | None: ...
    async def save(self, write: Write) -> Document: ...
