"""Creates, changes and reads knowledge articles."""

from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

from knowledge.domain.article import Article, format_number
from knowledge.domain.errors import DomainError
from knowledge.usecases.ports import Done, IdTaken, NumberTaken, Ports, Stored
from trackline_schemas.access import readable_articles
from trackline_schemas.articles import ArticleVersion, ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import CATALOGUE, ServiceError, not_found, reasons, refuse
from trackline_schemas.filters import ARTICLE_FIELDS, And, check_filter, matches
from trackline_schemas.paging import Page, PageQuery, decode_cursor, decode_instant, encode_cursor, invalid_cursor
from trackline_schemas.versions import IfMatch, is_wanted
from trackline_schemas.viewer import Viewer

ATTEMPTS = 5
SORTS = ("created_at", "updated_at", "title")


def create(ports: Ports, command: CreateArticle, context: CallContext) -> ArticleView:
    _check_writer(context.viewer, command.visibility, command.team_id)
    article_id = context.command_id or str(uuid4())
    first = ports.articles.by_id(article_id) if context.key_sent else None
    if first is None:
        first = _insert(ports, article_id, command, context.viewer)
    if first.created_hash != command.digest():
        raise _key_reused_error()
    # A repeat returns the present article, which the caller may no longer be allowed to read.
    return _to_view(_check_readable(first, first.article.number, context.viewer).article)


def _insert(ports: Ports, article_id: str, command: CreateArticle, viewer: Viewer) -> Stored:
    for _ in range(ATTEMPTS):
        number = format_number(ports.articles.next_number())
        article = _draft(ports, article_id, number, command, viewer)
        try:
            ports.articles.insert(article, command.digest())
            return Stored(article, command.digest())
        except NumberTaken:
            continue
        except IdTaken:
            first = ports.articles.by_id(article_id)
            if first is not None:
                return first
    raise refuse(reasons.articles.NO_FREE_ARTICLE_NUMBER)


def _draft(ports: Ports, article_id: str, number: str, command: CreateArticle, viewer: Viewer) -> Article:
    now = ports.clock()
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
    return _check_rules(article.check)


def update(ports: Ports, number: str, command: UpdateArticle, if_match: IfMatch, context: CallContext) -> ArticleView:
    """A repeated command returns the article in its current state."""
    given, by = command.given(), context.viewer.id
    return _change(ports, number, command, if_match, context, lambda article: article.edit(given, by, ports.clock()))


def restore(ports: Ports, number: str, command: RestoreArticle, if_match: IfMatch, context: CallContext) -> ArticleView:
    def edit(article: Article) -> Article:
        earlier = _get_earlier(ports, article, command.version, context.viewer)
        return article.restore(earlier, context.viewer.id, ports.clock())

    return _change(ports, number, command, if_match, context, edit)


def _change(
    ports: Ports,
    number: str,
    command: Command,
    if_match: IfMatch,
    context: CallContext,
    edit: Callable[[Article], Article],
) -> ArticleView:
    for _ in range(ATTEMPTS):
        known = get_readable(ports, number, context.viewer)
        before = known.article
        _check_writer(context.viewer, before.visibility, before.team_id)
        if _is_repeat(known, command, context):
            return _to_view(before)
        if not is_wanted(before.version, if_match):
            raise _stale_error(before)
        after = _check_rules(partial(edit, before))
        _check_writer(context.viewer, after.visibility, after.team_id)
        if after is before or ports.articles.save(before, after, _done(command, context, after.version)):
            return _to_view(after)
    raise refuse(reasons.articles.ARTICLE_CHANGED_BY_MANY)


def versions(ports: Ports, number: str, size: int, after: str | None, viewer: Viewer) -> Page[ArticleVersion]:
    """Returns the versions that the viewer may read, newest first, including the current one."""
    current = _get_with_versions(ports, number, viewer)
    (below,) = decode_cursor(after, 1) if after else (current.version + 1,)
    if not isinstance(below, int):
        raise invalid_cursor()
    newest = [current] if current.version < below else []
    found = newest + ports.articles.versions(current, below, readable_articles(viewer), size + 1 - len(newest))
    items = [ArticleVersion.model_validate(one.values) for one in found[:size]]
    return Page(items=items, after=encode_cursor(items[-1].version) if len(found) > size else None)


def version(ports: Ports, number: str, version: int, viewer: Viewer) -> ArticleView:
    return _to_view(_get_earlier(ports, _get_with_versions(ports, number, viewer), version, viewer))


def _get_with_versions(ports: Ports, number: str, viewer: Viewer) -> Article:
    article = get_readable(ports, number, viewer).article
    if not viewer.agent:
        raise refuse(reasons.articles.ARTICLE_VERSIONS_FOR_AGENTS_ONLY)
    return article


def _get_earlier(ports: Ports, article: Article, version: int, viewer: Viewer) -> Article:
    found = ports.articles.earlier(article, version)
    if found is None or not matches(readable_articles(viewer), found.values):
        raise not_found("version", f"{version} of {article.number}")
    return found


def get(ports: Ports, number: str, viewer: Viewer) -> ArticleView:
    return _to_view(get_readable(ports, number, viewer).article)


def get_readable(ports: Ports, number: str, viewer: Viewer) -> Stored:
    return _check_readable(ports.articles.by_number(number.upper()), number, viewer)


def _check_readable(stored: Stored | None, number: str, viewer: Viewer) -> Stored:
    if stored is None or not matches(readable_articles(viewer), stored.article.values):
        raise not_found("article", number)
    return stored


def page(ports: Ports, query: PageQuery, viewer: Viewer) -> Page[ArticleView]:
    field = query.sort.removeprefix("-")
    if field not in SORTS:
        raise refuse(reasons.requests.SORT_UNKNOWN, pointer="/sort", sort=query.sort, sorts=SORTS)
    visible = And(all=[readable_articles(viewer), check_filter(query.filter, ARTICLE_FIELDS)])
    found = ports.articles.page(visible, query.sort, _after(query.after, field), query.size + 1)
    items = found[: query.size]
    after = _cursor(items[-1], field) if len(found) > query.size else None
    return Page(items=[_to_view(article) for article in items], after=after)


def _check_writer(viewer: Viewer, visibility: str, team_id: str | None) -> None:
    if not viewer.agent:
        raise refuse(reasons.articles.ARTICLES_FOR_AGENTS_ONLY)
    if not viewer.has_role_anywhere("reply"):
        raise refuse(reasons.articles.ARTICLES_NEED_ROLE_REPLY)
    if visibility == "team" and team_id is not None and not viewer.is_member(team_id, "reply"):
        raise refuse(reasons.articles.ARTICLE_OF_ANOTHER_TEAM)


def _check_rules(build: Callable[[], Article]) -> Article:
    try:
        return build()
    except DomainError as error:
        raise refuse(CATALOGUE[error.reason], pointer=error.pointer, **error.params) from None


def _is_repeat(known: Stored, command: Command, context: CallContext) -> bool:
    done = known.done.get(UUID(context.command_id)) if context.command_id else None
    if done is not None and done.hash != command.digest():
        raise _key_reused_error()
    return done is not None


def _done(command: Command, context: CallContext, version: int) -> Done | None:
    return Done(UUID(context.command_id), command.digest(), version) if context.command_id else None


def _key_reused_error() -> ServiceError:
    return refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)


def _stale_error(article: Article) -> ServiceError:
    detail = {"version": article.version}
    return refuse(reasons.articles.ARTICLE_CHANGED_MEANWHILE, detail=detail, version=article.version)


def _after(cursor: str | None, field: str) -> tuple[object, str] | None:
    if cursor is None:
        return None
    sorted_by, value, last_id = decode_cursor(cursor, 3)
    if sorted_by != field:
        raise invalid_cursor()
    return (value if field == "title" else decode_instant(value)), str(last_id)


def _cursor(article: Article, field: str) -> str:
    return encode_cursor(field, getattr(article, field), article.id)


def _to_view(article: Article) -> ArticleView:
    return ArticleView.model_validate(article.values)
