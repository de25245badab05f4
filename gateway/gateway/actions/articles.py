"""Writes articles and compares their versions."""

from gateway.actions.caller import Caller
from gateway.actions.comparing import compare_articles
from gateway.actions.named import check_category, check_named
from gateway.actions.parts import Parts
from gateway.clients.writes import articles as writes
from trackline_schemas.articles import ArticleDiff, ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.versions import IfMatch


async def create(parts: Parts, caller: Caller, command: CreateArticle, key: str | None = None) -> ArticleView:
    await check_named(parts.people, caller.viewer, command)
    await _check_category(parts, caller, command.category_id)
    return await writes.create(parts.rpc, caller.writing("article.create", key), command)


async def update(
    parts: Parts,
    caller: Caller,
    number: str,
    command: UpdateArticle,
    version: IfMatch = None,
    key: str | None = None,
) -> ArticleView:
    await check_named(parts.people, caller.viewer, command)
    await _check_category(parts, caller, command.category_id, number)
    context = caller.writing("article.update", key, number)
    return await writes.update(parts.rpc, context, number, command, version)


async def restore(
    parts: Parts,
    caller: Caller,
    number: str,
    command: RestoreArticle,
    version: IfMatch = None,
    key: str | None = None,
) -> ArticleView:
    context = caller.writing("article.restore", key, number)
    return await writes.restore(parts.rpc, context, number, command, version)


async def compare(parts: Parts, caller: Caller, number: str, earlier: int, later: int) -> ArticleDiff:
    before = await parts.knowledge.article_version(caller.reading(), number, earlier)
    after = await parts.knowledge.article_version(caller.reading(), number, later)
    return await compare_articles(before, after, caller.person.id)


async def _check_category(parts: Parts, caller: Caller, category_id: str | None, number: str | None = None) -> None:
    """An article keeps its category, also when that is no longer active or the tickets service is down."""
    if category_id is None or not caller.viewer.agent:
        return
    article = await parts.knowledge.article(caller.reading(), number) if number else None
    if article is None or article.category_id != category_id:
        await check_category(parts.records, caller.reading(), category_id)
