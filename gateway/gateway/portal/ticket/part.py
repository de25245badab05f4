"""The part of a conversation that a page shows: its end, or what is before or after a place in it.

A page has a limit in entries and in bytes, whatever people wrote. Links lead to the parts before and after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, Protocol, TypeVar

from fastapi import Depends, Query

from trackline_schemas.events import sequence_of
from trackline_schemas.paging import Page, encode_cursor
from trackline_schemas.ticket.views import Comment, HistoryEntry

# A part has so many entries at most, which are read in pages. Nearly every conversation fits into the first one.
PAGES = (25, 100, 100)
# Bytes of HTML, roughly. One entry is shown however long it is.
MOST_BYTES = 500_000
Number = Annotated[int | None, Query(ge=0, le=99_999_999)]
T = TypeVar("T", Comment, HistoryEntry)


class Source(Protocol[T]):
    """What the entries of a part are read from."""

    async def read(self, size: int, after: str | None, newest_first: bool) -> Page[T]: ...

    async def weigh(self, entry: T) -> int:
        """Returns how many bytes of HTML, roughly, the entry makes."""
        ...


@dataclass(frozen=True)
class Place:
    """The sequence that a part ends before, or begins after. Without either, it is the end of the conversation."""

    before: int | None = None
    after: int | None = None

    @property
    def newest_first(self) -> bool:
        return self.after is None

    @property
    def cursor(self) -> str | None:
        sequence = self.before if self.after is None else self.after
        return None if sequence is None else encode_cursor(sequence)


@dataclass(frozen=True)
class Part(Generic[T]):
    """`items` are the oldest first. `older` and `newer` are the sequences between which they are, or None if there is
    nothing beyond them."""

    items: Sequence[T]
    older: int | None
    newer: int | None

    @property
    def is_whole(self) -> bool:
        return self.older is None and self.newer is None


def _named(before: Number = None, after: Number = None) -> Place:
    return Place(before, after)


Named = Annotated[Place, Depends(_named)]


async def read_part(place: Place, source: Source[T]) -> Part[T]:
    items, more = await _read(place, source)
    if place.newest_first:
        items.reverse()
    first = sequence_of(items[0].id) if items else (place.after or 0) + 1
    last = sequence_of(items[-1].id) if items else (place.before or 1) - 1
    older, newer = (more, bool(place.before)) if place.newest_first else (bool(place.after), more)
    return Part(items, first if older else None, last if newer else None)


async def _read(place: Place, source: Source[T]) -> tuple[list[T], bool]:
    """Returns what fits, and whether there is more."""
    items: list[T] = []
    room, cursor = MOST_BYTES, place.cursor
    for size in PAGES:
        page = await source.read(size, cursor, place.newest_first)
        for item in page.items:
            room -= await source.weigh(item)
            if items and room < 0:
                return items, True
            items.append(item)
        cursor = page.after
        if cursor is None:
            return items, False
    return items, True
