"""The service's use cases over one set of adapters, with what tests do to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.domain.document import Document
from knowledge.usecases.article import Articles
from knowledge.usecases.document import Projector
from knowledge.usecases.ports import ArticleStore, Projection, SearchIndex, Teams
from knowledge.usecases.query import Question, Scope
from knowledge.usecases.search import FIELDS, Search
from trackline_schemas.access import NOTHING
from trackline_schemas.articles import ArticleView, CreateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.filters import And, Filter
from trackline_schemas.search import Hit, SearchQuery, SearchResults
from trackline_schemas.viewer import Viewer

from .fakes import FakeClock
from .samples import AGENT, TEAMS


@dataclass
class Direct:
    """In the place of Failover: whatever one index says, errors included."""

    index: SearchIndex

    def search(self, question: Question) -> SearchResults:
        return self.index.search(question)


@dataclass
class World:
    """`settle` makes everything that was written searchable."""

    name: str
    clock: FakeClock
    projection: Projection
    articles: ArticleStore
    teams: Teams
    index: SearchIndex
    settle: Callable[[], None]

    def __post_init__(self) -> None:
        self.projector = Projector(self.projection, self.articles, self.teams, self.clock)
        self.writing = Articles(self.articles, self.clock)
        self.searching = Search(Direct(self.index), self.teams)  # type: ignore[arg-type]
        for team_id, confidential in TEAMS.items():
            self.teams.changed(team_id, 1, confidential)

    def hear(self, *events: Event) -> None:
        self.projector.consume(events)
        self.settle()

    def write(self, viewer: Viewer = AGENT, **fields: Any) -> ArticleView:
        article = self.writing.create(CreateArticle.model_validate(fields), CallContext(viewer=viewer))
        self.projector.project_articles()
        self.settle()
        return article

    def ask(self, q: str, viewer: Viewer, **fields: Any) -> SearchResults:
        return self.searching.search(SearchQuery.model_validate({"q": q, **fields}), viewer)

    def found(self, q: str, viewer: Viewer, **fields: Any) -> list[str]:
        return numbers(self.ask(q, viewer, **fields))

    def keys(self, filter_: Filter, documents: Sequence[Document] = ()) -> set[str]:
        """The ids that a filter finds, rights aside, of the types that have its fields."""
        scopes = tuple(Scope(type_, filter_, NOTHING) for type_ in FIELDS)
        return {hit.id for hit in self.index.search(Question("", scopes, 100)).items}


def numbers(results: SearchResults) -> list[str]:
    return [hit.number for hit in results.items]


def plain(hit: Hit) -> str:
    """All that a hit shows."""
    return "\n".join("".join(part.text for part in line) for line in (hit.title, *hit.highlights))


EVERYTHING = And(all=[])
