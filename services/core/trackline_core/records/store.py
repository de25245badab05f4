"""What records need of a store. One module for each runtime implements it; nothing else differs between them."""

from collections.abc import Sequence
from typing import Protocol

from trackline_core.records.decide import Document, Write
from trackline_schemas.filters import Filter
from trackline_schemas.records import ChangesQuery


class Taken(Exception):
    """Another document has this _id or this unique value."""


class RecordStore(Protocol):
    """Of one kind. A document comes as it was stored."""

    def find(self, key: str) -> Document | None: ...
    def select(self, filter: Filter) -> list[Document]:
        """By name."""
        ...

    def save(self, write: Write) -> Document:
        """The document afterwards. Raises VersionConflict unless the stored version is the write's, and Taken."""
        ...

    def history(self, query: ChangesQuery) -> Sequence[Document]:
        """Rows of the log and of what is on its way there, newest first, at most one more than the page holds."""
        ...

    def rows(self, ids: Sequence[str]) -> list[Document]:
        """The rows of the log with these ids."""
        ...


class AsyncRecordStore(Protocol):
    """RecordStore for asyncio."""

    async def find(self, key: str) -> Document | None: ...
    async def save(self, write: Write) -> Document: ...
    async def history(self, query: ChangesQuery) -> Sequence[Document]: ...
    async def rows(self, ids: Sequence[str]) -> list[Document]: ...
