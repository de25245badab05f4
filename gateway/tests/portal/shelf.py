"""A simple knowledge service: articles with their versions in memory."""

from datetime import UTC, datetime
from typing import Any

from trackline_schemas.articles import ArticleVersion, ArticleView
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.filters import ARTICLE_FIELDS, And, check_filter, matches
from trackline_schemas.paging import Page

CONTENT = {"title", "body", "category_id", "tags", "language"}


class Shelf:
    def __init__(self) -> None:
        self.articles: dict[str, ArticleView] = {}
        self.versions: dict[str, list[tuple[ArticleView, list[str], int | None]]] = {}

    def keep(self, article: ArticleView, changed: list[str] | None = None, restored: int | None = None) -> ArticleView:
        self.articles[article.number] = article
        self.versions.setdefault(article.number, []).append((article, changed or [], restored))
        return article

    def _knowledge_article(self, context: CallContext, number: str) -> ArticleView:
        if number not in self.articles:
            raise not_found("article", number)
        return self.articles[number]

    def _knowledge_articles(self, context: CallContext, query: Any) -> Page[Any]:
        condition = check_filter(query.filter or And(all=[]), ARTICLE_FIELDS)
        found = [article for article in self.articles.values() if matches(condition, article.model_dump())]
        return Page(items=found[: query.size])

    def _knowledge_create_article(self, context: CallContext, command: Any) -> ArticleView:
        now, by = datetime.now(UTC), context.viewer.id
        number = f"KB-{len(self.articles) + 1}"
        times = {"created_at": now, "updated_at": now}
        own = {"id": number, "number": number, "version": 1, "owner_id": by, "edited_by": by}
        return self.keep(ArticleView.model_validate({**command.model_dump(), **own, **times}))

    def _knowledge_update_article(
        self, context: CallContext, number: str, command: Any, if_match: int | None
    ) -> ArticleView:
        return self._changed(context, number, command.given(), if_match)

    def _knowledge_restore_article(
        self, context: CallContext, number: str, command: Any, if_match: int | None
    ) -> ArticleView:
        earlier = self._knowledge_article_version(context, number, command.version)
        return self._changed(context, number, earlier.model_dump(include=CONTENT), if_match, command.version)

    def _changed(
        self,
        context: CallContext,
        number: str,
        given: dict[str, Any],
        if_match: int | None,
        restored: int | None = None,
    ) -> ArticleView:
        known = self._knowledge_article(context, number)
        if if_match not in (None, known.version):
            raise refuse(
                reasons.articles.ARTICLE_CHANGED_MEANWHILE, detail={"version": known.version}, version=known.version
            )
        changed = [name for name, value in given.items() if getattr(known, name) != value]
        if not changed:
            return known
        made = {"version": known.version + 1, "edited_by": context.viewer.id, "updated_at": datetime.now(UTC)}
        return self.keep(known.model_copy(update={**given, **made}), changed, restored)

    def _knowledge_article_versions(self, context: CallContext, number: str, size: int, after: Any) -> Page[Any]:
        self._knowledge_article(context, number)
        rows = [
            ArticleVersion.model_validate({**article.model_dump(), "changed": changed, "restored_from": restored})
            for article, changed, restored in reversed(self.versions.get(number, []))
        ]
        return Page(items=rows[:size])

    def _knowledge_article_version(self, context: CallContext, number: str, version: int) -> ArticleView:
        for article, _, _ in self.versions.get(number, []):
            if article.version == version:
                return article
        raise not_found("version", str(version))
