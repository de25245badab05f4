"""What the use cases need from outside. The adapters and the fakes of the tests pass the same contract tests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from knowledge.domain.article import Article
from knowledge.domain.document import Document
from knowledge.domain.job import Job, Kind
from knowledge.usecases.query import IndexQuery
from trackline_core.team import TeamStore
from trackline_schemas.events import Event
from trackline_schemas.filters import Filter
from trackline_schemas.search import SearchResults


@dataclass(frozen=True)
class Done:
    """A command that was carried out, the hash of its body, and the version that it led to."""

    id: UUID
    hash: bytes
    version: int


@dataclass(frozen=True)
class Stored:
    """An article, the hash of the command that created it, and the last 50 commands that changed it."""

    article: Article
    created_hash: bytes
    done: Mapping[UUID, Done] = field(default_factory=dict)


class IdTaken(Exception):
    """An article with this id exists already: the command that creates it came twice."""


class NumberTaken(Exception):
    """An article with this number exists already: draw another number."""


class ArticleStore(Protocol):
    """The update that writes an article also marks its search document as out of date: see `pending`."""

    def next_number(self) -> int: ...

    def insert(self, article: Article, created_hash: bytes) -> None:
        """Raises IdTaken or NumberTaken."""

    def save(self, before: Article, after: Article, done: Done | None) -> bool:
        """Saves `before` as an earlier version and replaces it by `after`. Returns False if another version is stored.
        The earlier version is saved first, so that a crash in between loses none."""

    def by_id(self, article_id: str) -> Stored | None: ...

    def by_number(self, number: str) -> Stored | None: ...

    def page(self, filter_: Filter, sort: str, after: tuple[object, str] | None, size: int) -> list[Article]:
        """`after` is the (sort value, id) of the last article of the page before."""

    def earlier(self, article: Article, version: int) -> Article | None:
        """Returns the article as it was at that version, which may be the current one."""

    def versions(self, article: Article, below: int, visible: Filter, size: int) -> list[Article]:
        """Returns the earlier versions that `visible` matches, newest first and with empty bodies."""

    def pending(self, limit: int) -> list[Article]:
        """Returns articles whose search document is out of date."""

    def mark_projected(self, article: Article) -> None:
        """Removes the mark that the search document is out of date, unless the article was changed again."""


@dataclass(frozen=True)
class Counts:
    documents: int
    dirty: int
    oldest_dirty: datetime | None


@dataclass(frozen=True)
class DocumentState:
    """A `dirty` document waits for the index. The index should hold a document that is `there`, and not the one of a
    ticket that is gone. An `awaited` document is a stub whose events are being replayed; the index still holds its
    predecessor."""

    rev: int
    dirty: bool
    there: bool
    awaited: bool


class DocumentStore(Protocol):
    """The search documents. A document with `dirty_at` waits for the index."""

    def load(self, keys: Iterable[str]) -> dict[str, Document]: ...

    def save(self, documents: Sequence[Document]) -> bool:
        """Replaces the documents with the previous `rev`. Returns False if somebody else has changed one of them. The
        others are saved."""

    def dirty(self, limit: int) -> Iterable[Document]:
        """Returns the documents that wait for the index, the longest waiting first."""

    def clear(self, taken: Mapping[str, int]) -> None:
        """`taken` maps keys to the rev that the index took. A document that has changed since keeps waiting."""

    def refused(self, reasons: Mapping[str, tuple[int, str]]) -> None:
        """`reasons` maps keys to the rev that the index refused for good, and why. The reason is recorded in the
        document, which waits no longer."""

    def after(self, key: str, limit: int) -> Sequence[Document]:
        """Returns the documents with the next keys, in the order of the keys."""

    def states(self, *, after: str, limit: int) -> Mapping[str, DocumentState]:
        """Returns the states of the documents with the next keys, in the order of the keys."""

    def states_of(self, keys: Iterable[str]) -> Mapping[str, DocumentState]: ...

    def mend(self, revs: Mapping[str, tuple[int, int]], now: datetime) -> None:
        """`revs` maps keys to (current rev, new rev). The document waits for the index, unless it has changed since."""

    def forget_tickets(self, after: str, limit: int) -> tuple[str | None, int]:
        """Replaces the tickets among the next keys by stubs that await their events. Returns the last of those keys and
        the number of stubs. A stub has the next `rev`, so that versions in the index grow."""

    def awaited(self) -> int:
        """Returns the number of stubs that await their events. Until then the index keeps their old documents."""

    def dirty_stubs(self, now: datetime) -> None:
        """Marks the stubs that are left for deletion from the index: the log no longer holds their tickets."""

    def counts(self) -> Counts: ...


class JobStore(Protocol):
    """Keeps the latest job of each kind. Replicas compete for each step."""

    def begin(self, job: Job) -> Job:
        """Stores the job, unless one of its kind is running. Returns the running one."""

    def latest(self, kind: Kind) -> Job | None: ...

    def claim(self, kind: Kind, now: datetime) -> Job | None:
        """Claims the running job for one step or 5 s. Returns None if there is none or somebody else has claimed it."""

    def save(self, before: Job, after: Job, now: datetime) -> None:
        """Ends the claim. Does nothing if somebody else has done the step in the meantime."""


class SearchIndex(Protocol):
    def search(self, query: IndexQuery) -> SearchResults:
        """Raises IndexUnavailable."""


class IndexUnavailable(Exception):
    """Elasticsearch cannot be reached, is too slow, or has no complete index yet."""


class Search(SearchIndex, Protocol):
    """The index that answers at the moment."""

    @property
    def degraded(self) -> bool:
        """Whether the fallback answers."""


class IndexMissing(IndexUnavailable):
    """Elasticsearch answers, but does not have the index."""


class QueryRefused(IndexUnavailable):
    """Elasticsearch answers, but not this query: it is beyond one of its limits."""


@dataclass(frozen=True)
class Sent:
    """`taken` maps keys to the rev that the index took, `refused` maps keys to the rev that it will never take and the
    reason. All other documents must be sent again."""

    taken: Mapping[str, int]
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)


Target = Literal["current", "next"]


@dataclass(frozen=True)
class Indices:
    """`current` answers searches, `next` is being filled and will replace it. None means that there is none."""

    current: str | None = None
    next: str | None = None


class IndexWriter(Protocol):
    """Every method raises IndexUnavailable."""

    def indices(self) -> Indices: ...

    def send(self, documents: Iterable[Document], to: Target) -> Sent:
        """A `rev` that is older than the indexed one counts as taken. Raises IndexMissing too."""

    def create(self, name: str) -> None:
        """Creates an empty next index, unless one has the name already."""

    def extend(self, name: str) -> bool:
        """Adds the fields that the index of an earlier version lacks. Returns False if a field has another type than
        today. Such an index must be rebuilt."""

    def swap(self, name: str) -> None:
        """Makes it the current index, with all its documents searchable. Does nothing if it is current already. Raises
        IndexMissing too."""

    def remove(self, name: str) -> None:
        """Does nothing if the index does not exist."""

    def versions(self, after: str, limit: int) -> Mapping[str, int]:
        """Returns the versions of the documents with the next keys in the current index, in the order of the keys. The
        last ones are documents without a key, which somebody else wrote. Raises IndexMissing too."""

    def versions_of(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Includes documents that no search can find yet. Raises IndexMissing too."""


@dataclass(frozen=True)
class Ports:
    """`index` is None without Elasticsearch. `publish` returns whether the broker took the event. `plain_text` returns
    the text of an article without markup, or as it is if its markup costs too much."""

    articles: ArticleStore
    documents: DocumentStore
    teams: TeamStore
    jobs: JobStore
    search: Search
    index: IndexWriter | None
    publish: Callable[[Event], bool]
    clock: Callable[[], datetime]
    plain_text: Callable[[str], str]
