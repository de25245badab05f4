"""Writing and reading knowledge articles."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from knowledge.domain.article import Article, RuleBroken, number_of
from knowledge.usecases.ports import ArticleStore, Done, IdTaken, NumberTaken, Stored
from trackline_schemas.access import readable_articles
from trackline_schemas.articles import ArticleVersion, ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, invalid, not_found
from trackline_schemas.filters import ARTICLE_FIELDS, And, checked, matches
from trackline_schemas.paging import Page, PageQuery, decode_cursor, decode_instant, encode_cursor, invalid_cursor
from trackline_schemas.viewer import Viewer

ATTEMPTS = 5
SORTS = ("created_at", "updated_at", "title")


class Articles:
    def __init__(self, store: ArticleStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def create(self, command: CreateArticle, context: CallContext) -> ArticleView:
        _writer(context.viewer, command.visibility, command.team_id)
        article_id = context.command_id or str(uuid4())
        first = self._store.by_id(article_id) if context.key_sent else None
        if first is None:
            first = self._inserted(article_id, command, context.viewer)
        if first.created_hash != command.digest():
            raise _key_reused()
        return _view(first.article)

    def _inserted(self, article_id: str, command: CreateArticle, viewer: Viewer) -> Stored:
        for _ in range(ATTEMPTS):
            number = number_of(self._store.next_number())
            article = self._drafted(article_id, number, command, viewer)
            try:
                self._store.insert(article, command.digest())
                return Stored(article, command.digest())
            except NumberTaken:
                continue
            except IdTaken:
                first = self._store.by_id(article_id)
                if first is not None:
                    return first
        raise ServiceError("conflict", "Another article took each number that was drawn. Try again.")

    def _drafted(self, article_id: str, number: str, command: CreateArticle, viewer: Viewer) -> Article:
        now = self._now()
        article = Article(
            id=article_id,
            number=number,
            version=1,
            **command.model_dump(),
            owner_id=viewer.id,
            created_at=now,
            updated_at=now,
            published_at=now if command.state == "published" else None,
            edited_by=viewer.id,
        )
        return _within_rules(article.held)

    def update(self, number: str, command: UpdateArticle, if_match: int | None, context: CallContext) -> ArticleView:
        """A repeated command answers with the article as it is now."""
        given, by = command.given(), context.viewer.id
        return self._changed(number, command, if_match, context, lambda article: article.edited(given, by, self._now()))

    def restore(self, number: str, command: RestoreArticle, if_match: int | None, context: CallContext) -> ArticleView:
        def edit(article: Article) -> Article:
            earlier = self._earlier(article, command.version, context.viewer)
            return article.restored(earlier, context.viewer.id, self._now())

        return self._changed(number, command, if_match, context, edit)

    def _changed(
        self,
        number: str,
        command: Command,
        if_match: int | None,
        context: CallContext,
        edit: Callable[[Article], Article],
    ) -> ArticleView:
        for _ in range(ATTEMPTS):
            known = self._readable(number, context.viewer)
            before = known.article
            _writer(context.viewer, before.visibility, before.team_id)
            if _repeated(known, command, context):
                return _view(before)
            if if_match is not None and if_match != before.version:
                raise _stale(before)
            after = _within_rules(partial(edit, before))
            _writer(context.viewer, after.visibility, after.team_id)
            if after is before or self._store.save(before, after, _done(command, context, after.version)):
                return _view(after)
        raise ServiceError("conflict", "The article is being changed by many at once. Try again.")

    def versions(self, number: str, size: int, after: str | None, viewer: Viewer) -> Page[ArticleVersion]:
        """Newest first, the current one included; those that the viewer may not read are left out."""
        current = self._with_versions(number, viewer)
        (below,) = decode_cursor(after, 1) if after else (current.version + 1,)
        if not isinstance(below, int):
            raise invalid_cursor()
        newest = [current] if current.version < below else []
        found = newest + self._store.versions(current, below, readable_articles(viewer), size + 1 - len(newest))
        items = [ArticleVersion.model_validate(one.values) for one in found[:size]]
        return Page(items=items, after=encode_cursor(items[-1].version) if len(found) > size else None)

    def version(self, number: str, version: int, viewer: Viewer) -> ArticleView:
        return _view(self._earlier(self._with_versions(number, viewer), version, viewer))

    def _with_versions(self, number: str, viewer: Viewer) -> Article:
        article = self._readable(number, viewer).article
        if not viewer.agent:
            raise ServiceError("forbidden", "Only agents see the earlier versions of an article.")
        return article

    def _earlier(self, article: Article, version: int, viewer: Viewer) -> Article:
        found = self._store.earlier(article, version)
        if found is None or not matches(readable_articles(viewer), found.values):
            raise not_found("version", f"{version} of {article.number}")
        return found

    def get(self, number: str, viewer: Viewer) -> ArticleView:
        return _view(self._readable(number, viewer).article)

    def _readable(self, number: str, viewer: Viewer) -> Stored:
        stored = self._store.by_number(number.upper())
        if stored is None or not matches(readable_articles(viewer), stored.article.values):
            raise not_found("article", number)
        return stored

    def list(self, query: PageQuery, viewer: Viewer) -> Page[ArticleView]:
        field = query.sort.removeprefix("-")
        if field not in SORTS:
            raise invalid("/sort", f"Articles can be sorted by {', '.join(SORTS)}, with a leading - to reverse.")
        visible = And(all=[readable_articles(viewer), checked(query.filter, ARTICLE_FIELDS)])
        found = self._store.page(visible, query.sort, _after(query.after, field), query.size + 1)
        items = found[: query.size]
        after = _cursor(items[-1], field) if len(found) > query.size else None
        return Page(items=[_view(article) for article in items], after=after)


def _writer(viewer: Viewer, visibility: str, team_id: str | None) -> None:
    if not viewer.agent:
        raise ServiceError("forbidden", "Only agents write articles. Ask for a role in a team.")
    if visibility == "team" and team_id is not None and team_id not in viewer.teams:
        raise ServiceError("forbidden", "You have no role in the team whose article this is.")


def _within_rules(build: Callable[[], Article]) -> Article:
    try:
        return build()
    except RuleBroken as broken:
        raise invalid(f"/{broken.field}", str(broken)) from None


def _repeated(known: Stored, command: Command, context: CallContext) -> bool:
    done = known.done.get(UUID(context.command_id)) if context.command_id else None
    if done is not None and done.hash != command.digest():
        raise _key_reused()
    return done is not None


def _done(command: Command, context: CallContext, version: int) -> Done | None:
    return Done(UUID(context.command_id), command.digest(), version) if context.command_id else None


def _key_reused() -> ServiceError:
    return ServiceError("key_reused", "This Idempotency-Key was used with another body. Use a new key.")


def _stale(article: Article) -> ServiceError:
    message = f"The article is at version {article.version} by now. Read it again and repeat the change."
    return ServiceError("version_conflict", message, {"version": article.version})


def _after(cursor: str | None, field: str) -> tuple[object, str] | None:
    if cursor is None:
        return None
    sorted_by, value, last_id = decode_cursor(cursor, 3)
    if sorted_by != field:
        raise ServiceError("invalid_cursor", "The cursor page[after] belongs to another list. Start without it.")
    return (value if field == "title" else decode_instant(value)), str(last_id)


def _cursor(article: Article, field: str) -> str:
    return encode_cursor(field, getattr(article, field), article.id)


def _view(article: Article) -> ArticleView:
    return ArticleView.model_validate(article.values)
