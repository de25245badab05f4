"""A query to a search index: the words, and what the viewer may read. All its filters were checked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from knowledge.domain.number import Named, named_in
from knowledge.domain.topic import topic_of
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import Filter
from trackline_schemas.paging import decode_cursor, encode_cursor
from trackline_schemas.search import HitType

MOST_HITS = 1000
Wanted = Literal["typed", "most", "some", "any"]
FACETS = ("type", "state", "team_id", "category_id")


@dataclass(frozen=True)
class Scope:
    """`visible` selects the documents that the viewer may read and the query's filter matches. `staff` selects those
    whose internal notes are searched and shown too. Each of the `phrases` must occur in a document, or be its number,
    and nothing of `without`."""

    type: HitType
    visible: Filter
    staff: Filter
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Position:
    """The end of a page, after `seen` hits. The next page skips that many hits. Only the `backend` that created the
    position can resume at (sort, key) instead.

    The score of a hit is not part of it, because readers can decode cursors, and a score also depends on how many
    documents that they may not read contain the words.
    """

    backend: str
    seen: int
    sort: float = 0.0
    key: str = ""

    def encode(self) -> str:
        return encode_cursor(self.backend, self.sort, self.key, self.seen)


@dataclass(frozen=True)
class IndexQuery:
    """A hit must contain most of the words. With "some", the user is still typing a sentence: a hit has some of them in
    its title, or one that means the `same`. With "any", hits that contain any of the words follow below those that
    contain most. A query without words finds the newest documents."""

    q: str
    scopes: tuple[Scope, ...]
    size: int
    after: Position | None = None
    wanted: Wanted = "most"
    same: tuple[str, ...] = ()
    facets: bool = False

    @cached_property
    def named(self) -> Named:
        return named_in(self.q)

    @cached_property
    def topic(self) -> str:
        """The words that say what the query is about, without those that every report contains."""
        return topic_of(self.q).text or self.q

    @property
    def blank(self) -> bool:
        return not self.q.strip()

    @property
    def seen(self) -> int:
        return self.after.seen if self.after else 0

    @property
    def counted(self) -> bool:
        """Whether the answer needs facets, which only the first page has."""
        return self.facets and self.after is None

    @property
    def left(self) -> int:
        """How many hits the page may still hold."""
        return min(self.size, MOST_HITS - self.seen)


def position(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    backend, sort, key, seen = decode_cursor(cursor, 4)
    sound = (
        isinstance(backend, str)
        and isinstance(sort, int | float)
        and isinstance(key, str)
        and type(seen) is int
        and 0 <= seen <= MOST_HITS
    )
    if not sound:
        raise refuse(reasons.requests.CURSOR_NOT_OF_THIS_LIST)
    return Position(backend, seen, float(sort), key)
