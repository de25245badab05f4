"""The RPC methods and the event consumer of the knowledge service."""

from typing import Annotated

from pydantic import Field

from knowledge.bootstrap import build
from knowledge.usecases import article, rebuild, reconcile, replay, search, status
from knowledge.usecases.consume import consume
from knowledge.usecases.ports import Ports
from trackline_chassis.entrypoints import App, Call, rpc
from trackline_chassis.entrypoints import events as consumes
from trackline_schemas.articles import ArticleVersion, ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event
from trackline_schemas.paging import MAX_PAGE, Page, PageQuery
from trackline_schemas.search import SearchJob, SearchQuery, SearchResults, SearchStatus, Words
from trackline_schemas.versions import IfMatch


class KnowledgeService:
    name = "knowledge"
    app: Ports = App(build)
    call: CallContext = Call()

    @rpc
    def create_article(self, command: CreateArticle) -> ArticleView:
        return article.create(self.app, command, self.call)

    @rpc
    def update_article(self, number: str, command: UpdateArticle, if_match: IfMatch = None) -> ArticleView:
        return article.update(self.app, number, command, if_match, self.call)

    @rpc
    def article(self, number: str) -> ArticleView:
        return article.get(self.app, number, self.call.viewer)

    @rpc
    def articles(self, query: PageQuery) -> Page[ArticleView]:
        return article.page(self.app, query, self.call.viewer)

    @rpc
    def article_versions(
        self, number: str, size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25, after: str | None = None
    ) -> Page[ArticleVersion]:
        return article.versions(self.app, number, size, after, self.call.viewer)

    @rpc
    def article_version(self, number: str, version: Annotated[int, Field(ge=1, le=2**31)]) -> ArticleView:
        return article.version(self.app, number, version, self.call.viewer)

    @rpc
    def restore_article(self, number: str, command: RestoreArticle, if_match: IfMatch = None) -> ArticleView:
        return article.restore(self.app, number, command, if_match, self.call)

    @rpc
    def search(self, query: SearchQuery) -> SearchResults:
        return search.search(self.app, query, self.call.viewer)

    @rpc
    def suggest(
        self,
        q: Words,
        size: Annotated[int, Field(ge=1, le=20)] = 5,
    ) -> SearchResults:
        return search.suggest(self.app, q, size, self.call.viewer)

    @rpc
    def status(self) -> SearchStatus:
        return status.status(self.app, self.call.viewer)

    @rpc
    def rebuild(self) -> SearchJob:
        return rebuild.rebuild(self.app, self.call)

    @rpc
    def reconcile(self, dry_run: bool = False) -> SearchJob:
        return reconcile.reconcile(self.app, dry_run, self.call)

    @rpc
    def replay(self) -> SearchJob:
        return replay.replay(self.app, self.call)

    @consumes("knowledge.events", linger=0.1)
    def consume(self, batch: list[Event]) -> None:
        consume(self.app, batch)
