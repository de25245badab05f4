"""What the use cases need of the world. tests/fakes.py and adapters/ obey the same contract tests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from knowledge.domain.article import Article
from knowledge.domain.document import Document
from knowledge.domain.job import Job, Kind
from knowledge.usecases.query import Question
from trackline_schemas.filters import Filter
from trackline_schemas.search import SearchResults


class Stop(Protocol):
    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


@dataclass(frozen=True)
class Done:
    """A command that was carried out: what it asked for, and the version that it left."""

    id: UUID
    hash: bytes
    version: int


@dataclass(frozen=True)
class Stored:
    """An article, the hash of the command that created it, and the last 50 that changed it."""

    article: Article
    created_hash: bytes
    done: Mapping[UUID, Done] = field(default_factory=dict)


class IdTaken(Exception):
    """There is an article with this id already: the command that creates it came twice."""


class NumberTaken(Exception):
    """Draw another."""


class ArticleStore(Protocol):
    """Every write leaves the article waiting for its search document, in the same update: see `pending`."""

    def next_number(self) -> int: ...

    def insert(self, article: Article, created_hash: bytes) -> None:
        """Raises IdTaken or NumberTaken."""

    def save(self, before: Article, after: Article, done: Done | None) -> bool:
        """False where the stored version is not `before`, which is kept for ever. It is kept first: a crash in between
        leaves a copy of what is still the current version, and loses none."""

    def by_id(self, article_id: str) -> Stored | None: ...

    def by_number(self, number: str) -> Stored | None: ...

    def page(self, filter_: Filter, sort: str, after: tuple[object, str] | None, size: int) -> list[Article]:
        """`after` is the (sort value, id) of the last article seen."""

    def earlier(self, article: Article, version: int) -> Article | None:
        """The article as it was at that version, also at its current one."""

    def versions(self, article: Article, below: int, visible: Filter, size: int) -> list[Article]:
        """Of the earlier ones, newest first, those that `visible` matches. Their bodies are left empty."""

    def pending(self, limit: int) -> list[Article]: ...

    def projected(self, article: Article) -> None:
        """It waits no longer, unless it was changed again."""


@dataclass(frozen=True)
class Counts:
    documents: int
    dirty: int
    oldest_dirty: datetime | None


@dataclass(frozen=True)
class DocumentState:
    """`dirty`: it waits for the index. `there`: the index should have it, which it should not of a ticket that is gone.
    `awaited`: a stub whose events are being replayed, of which the index has the predecessor."""

    rev: int
    dirty: bool
    there: bool
    awaited: bool


class Projection(Protocol):
    """The search documents. A document with `dirty_at` waits for the index."""

    def load(self, keys: Iterable[str]) -> dict[str, Document]: ...

    def save(self, documents: Sequence[Document]) -> bool:
        """Each takes the place of the one with the `rev` before its own. False where one of them had been changed
        meanwhile; the others are saved."""

    def dirty(self, limit: int) -> Iterable[Document]:
        """The longest waiting first."""

    def clear(self, taken: Mapping[str, int]) -> None:
        """Key → rev that the index took. A document changed since keeps waiting."""

    def refused(self, reasons: Mapping[str, tuple[int, str]]) -> None:
        """Key → rev and why the index will never take it: noted in the document, which waits no longer."""

    def after(self, key: str, limit: int) -> Sequence[Document]:
        """The documents with the next keys, in their order."""

    def states(self, *, after: str, limit: int) -> Mapping[str, DocumentState]:
        """Of the documents with the next keys, in their order."""

    def states_of(self, keys: Iterable[str]) -> Mapping[str, DocumentState]: ...

    def mend(self, revs: Mapping[str, tuple[int, int]], now: datetime) -> None:
        """Key → its rev and the next one: it waits for the index, unless it was changed since."""

    def forget_tickets(self, after: str, limit: int) -> tuple[str | None, int]:
        """Leaves stubs of the tickets among the next keys: the last of those keys, and how many stubs. They await their
        events, with the next `rev`, so that versions in the index grow."""

    def awaited(self) -> int:
        """How many stubs await their events. Until then the index serves what it had."""

    def dirty_stubs(self, now: datetime) -> None:
        """Those stubs wait for being deleted from the index instead: the log no longer knows their tickets."""

    def counts(self) -> Counts: ...


class Jobs(Protocol):
    """The latest job of each kind. Replicas compete for each step."""

    def begin(self, job: Job) -> Job:
        """The one of its kind that is under way, where there is one: then nothing is begun."""

    def latest(self, kind: Kind) -> Job | None: ...

    def claim(self, kind: Kind, now: datetime) -> Job | None:
        """One that is under way and that nobody else is at work on: for one step, or 5 s."""

    def save(self, before: Job, after: Job, now: datetime) -> None:
        """Ends the claim. Does nothing where somebody else did that step meanwhile."""


class Teams(Protocol):
    def confidential(self) -> Mapping[str, bool]:
        """Team id → whether it is confidential; at most a second old."""

    def changed(self, team_id: str, sequence: int, confidential: bool) -> None:
        """Does nothing when something newer is known."""


class SearchIndex(Protocol):
    def search(self, question: Question) -> SearchResults:
        """Raises IndexUnavailable."""


class IndexUnavailable(Exception):
    """Elasticsearch cannot be reached, is too slow, or has no complete index yet."""


class IndexMissing(IndexUnavailable):
    """It is there, but the index is not."""


@dataclass(frozen=True)
class Sent:
    """`taken` by the index, or never to be taken (`refused`: key → rev and reason). Others are tried again."""

    taken: Mapping[str, int]
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)


Target = Literal["current", "next"]


@dataclass(frozen=True)
class Indices:
    """`current` answers searches; `next` is being filled and shall take its place. None: there is none."""

    current: str | None = None
    next: str | None = None


class IndexWriter(Protocol):
    """Every method raises IndexUnavailable."""

    def indices(self) -> Indices: ...

    def send(self, documents: Iterable[Document], to: Target) -> Sent:
        """An older `rev` than the index has counts as taken. Raises IndexMissing too."""

    def create(self, name: str) -> None:
        """An empty next index, or the one that has the name already."""

    def swap(self, name: str) -> None:
        """Makes it the current one, with all that it holds. Does nothing when it is. Raises IndexMissing too."""

    def remove(self, name: str) -> None:
        """Does nothing when it is gone."""

    def versions(self, after: str, limit: int) -> Mapping[str, int]:
        """Of the documents with the next keys in the current index, in their order. Beyond the last key come those that
        have none, which somebody else wrote. Raises IndexMissing too."""

    def versions_of(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Also what no search can find yet. Raises IndexMissing too."""
