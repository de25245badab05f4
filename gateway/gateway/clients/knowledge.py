"""Reads from the knowledge service: articles, search results, suggestions and the state of the index."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.articles import ArticleVersion, ArticleView
from trackline_schemas.context import CallContext
from trackline_schemas.paging import Page, PageQuery
from trackline_schemas.search import SearchQuery, SearchResults, SearchStatus

_ARTICLE = TypeAdapter(ArticleView)
_ARTICLES = TypeAdapter(Page[ArticleView])
_VERSIONS = TypeAdapter(Page[ArticleVersion])
_RESULTS = TypeAdapter(SearchResults)
_STATUS = TypeAdapter(SearchStatus)


class KnowledgeClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def article(self, context: CallContext, number: str) -> ArticleView:
        return await self._rpc.call("knowledge", "article", {"number": number}, context, _ARTICLE, read=True)

    async def articles(self, context: CallContext, query: PageQuery) -> Page[ArticleView]:
        return await self._rpc.call("knowledge", "articles", {"query": query}, context, _ARTICLES, read=True)

    async def article_versions(
        self, context: CallContext, number: str, size: int = 25, after: str | None = None
    ) -> Page[ArticleVersion]:
        arguments = {"number": number, "size": size, "after": after}
        return await self._rpc.call("knowledge", "article_versions", arguments, context, _VERSIONS, read=True)

    async def article_version(self, context: CallContext, number: str, version: int) -> ArticleView:
        arguments = {"number": number, "version": version}
        return await self._rpc.call("knowledge", "article_version", arguments, context, _ARTICLE, read=True)

    async def search(self, context: CallContext, query: SearchQuery) -> SearchResults:
        return await self._rpc.call("knowledge", "search", {"query": query}, context, _RESULTS, read=True)

    async def suggest(self, context: CallContext, q: str, size: int = 5) -> SearchResults:
        return await self._rpc.call("knowledge", "suggest", {"q": q, "size": size}, context, _RESULTS, read=True)

    async def status(self, context: CallContext) -> SearchStatus:
        return await self._rpc.call("knowledge", "status", {}, context, _STATUS, read=True)
