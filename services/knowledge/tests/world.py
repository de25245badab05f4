"""The service's use cases over one set of adapters, with what tests do to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.domain.document import Document
from knowledge.usecases import article
from knowledge.usecases.consume import consume
from knowledge.usecases.document import fold_articles
from knowledge.usecases.markdown import plain_text
from knowledge.usecases.ports import ArticleStore, DocumentStore, Ports, SearchIndex
from knowledge.usecases.query import IndexQuery, Scope
from knowledge.usecases.search import FIELDS, search
from trackline_core.team import TeamStore
from trackline_schemas.access import NOTHING
from trackline_schemas.articles import ArticleView, CreateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.filters import And, Filter
from trackline_schemas.search import Hit, SearchQuery, SearchResults
from trackline_schemas.viewer import Viewer

from .fake_index import FakeJobs
from .fakes import FakeClock
from .samples import AGENT, TEAMS, team


@dataclass
class Direct:
    """Takes the place of Failover: passes on what one index answers, errors included."""

    index: SearchIndex
    degraded = False

    def search(self, query: IndexQuery) -> SearchResults:
        return self.index.search(query)


@dataclass
class World:
    """`settle` makes everything that was written searchable."""

    name: str
    clock: FakeClock
    documents: DocumentStore
    articles: ArticleStore
    teams: TeamStore
    index: SearchIndex
    settle: Callable[[], None]

    def __post_init__(self) -> None:
        self.published: list[Event] = []
        self.ports = Ports(
            self.articles,
            self.documents,
            self.teams,
            FakeJobs(),
            Direct(self.index),
            None,
            self._publish,
            self.clock,
            plain_text,
        )
        for team_id, confidential in TEAMS.items():
            self.teams.apply(team(team_id, confidential), 1)

    def _publish(self, event: Event) -> bool:
        self.published.append(event)
        return True

    def consume(self, events: Sequence[Event]) -> None:
        consume(self.ports, events)

    def hear(self, *events: Event) -> None:
        self.consume(events)
        self.settle()

    def write(self, viewer: Viewer = AGENT, **fields: Any) -> ArticleView:
        made = article.create(self.ports, CreateArticle.model_validate(fields), CallContext(viewer=viewer))
        fold_articles(self.ports)
        self.settle()
        return made

    def ask(self, q: str, viewer: Viewer, **fields: Any) -> SearchResults:
        return search(self.ports, SearchQuery.model_validate({"q": q, **fields}), viewer)

    def found(self, q: str, viewer: Viewer, **fields: Any) -> list[str]:
        return numbers(self.ask(q, viewer, **fields))

    def keys(self, filter_: Filter, documents: Sequence[Document] = ()) -> set[str]:
        """The ids that a filter finds, rights aside, of the types that have its fields."""
        scopes = tuple(Scope(type_, filter_, NOTHING) for type_ in FIELDS)
        return {hit.id for hit in self.index.search(IndexQuery("", scopes, 100)).items}


def numbers(results: SearchResults) -> list[str]:
    return [hit.number for hit in results.items]


def plain(hit: Hit) -> str:
    """All that a hit shows."""
    return "\n".join("".join(part.text for part in line) for line in (hit.title, *hit.highlights))


EVERYTHING = And(all=[])
