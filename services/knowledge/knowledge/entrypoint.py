"""RPC and events of the knowledge service."""

from typing import Annotated

from pydantic import Field

from knowledge.bootstrap import Knowledge, build
from trackline_chassis.entrypoints import App, Call, events, rpc
from trackline_schemas.articles import ArticleVersion, ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.paging import MAX_PAGE, Page, PageQuery
from trackline_schemas.search import SearchJob, SearchQuery, SearchResults, SearchStatus


class KnowledgeService:
    name = "knowledge"
    app: Knowledge = App(build)
    call: CallContext = Call()

    @rpc
    def create_article(self, command: CreateArticle) -> ArticleView:
        return self.app.articles.create(command, self.call)

    @rpc
    def update_article(self, number: str, command: UpdateArticle, if_match: int | None = None) -> ArticleView:
        return self.app.articles.update(number, command, if_match, self.call)

    @rpc
    def article(self, number: str) -> ArticleView:
        return self.app.articles.get(number, self.call.viewer)

    @rpc
    def articles(self, query: PageQuery) -> Page[ArticleView]:
        return self.app.articles.list(query, self.call.viewer)

    @rpc
    def article_versions(
        self, number: str, size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25, after: str | None = None
    ) -> Page[ArticleVersion]:
        return self.app.articles.versions(number, size, after, self.call.viewer)

    @rpc
    def article_version(self, number: str, version: Annotated[int, Field(ge=1, le=2**31)]) -> ArticleView:
        return self.app.articles.version(number, version, self.call.viewer)

    @rpc
    def restore_article(self, number: str, command: RestoreArticle, if_match: int | None = None) -> ArticleView:
        return self.app.articles.restore(number, command, if_match, self.call)

    @rpc
    def search(self, query: SearchQuery) -> SearchResults:
        return self.app.search.search(query, self.call.viewer)

    @rpc
    def suggest(
        self,
        q: Annotated[str, Field(max_length=500)],
        size: Annotated[int, Field(ge=1, le=20)] = 5,
    ) -> SearchResults:
        return self.app.search.suggest(q, size, self.call.viewer)

    @rpc
    def status(self) -> SearchStatus:
        return self.app.operating.status(self.call.viewer)

    @rpc
    def rebuild(self) -> SearchJob:
        return self.app.operating.rebuild(self.call)

    @rpc
    def reconcile(self, dry_run: bool = False) -> SearchJob:
        return self.app.operating.reconcile(dry_run, self.call)

    @rpc
    def replay(self) -> SearchJob:
        return self.app.operating.replay(self.call)

    @events("knowledge.events", linger=0.1)
    def consume(self, events: list[Event]) -> None:
        self.app.projector.consume(events)
