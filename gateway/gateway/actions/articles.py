"""Writes articles and compares their versions."""

import asyncio

from gateway.actions.caller import Caller
from gateway.actions.comparing import diff_articles
from gateway.actions.named import check_named
from gateway.actions.parts import Parts
from gateway.clients.writes import articles as writes
from trackline_schemas.articles import ArticleDiff, ArticleView, CreateArticle, RestoreArticle, UpdateArticle


async def create(parts: Parts, caller: Caller, command: CreateArticle, key: str | None = None) -> ArticleView:
    await check_named(parts.people, caller.viewer, command)
    return await writes.create(parts.rpc, caller.writing("article.create", key), command)


async def update(
    parts: Parts,
    caller: Caller,
    number: str,
    command: UpdateArticle,
    version: int | None = None,
    key: str | None = None,
) -> ArticleView:
    await check_named(parts.people, caller.viewer, command)
    context = caller.writing("article.update", key, number)
    return await writes.update(parts.rpc, context, number, command, version)


async def restore(
    parts: Parts,
    caller: Caller,
    number: str,
    command: RestoreArticle,
    version: int | None = None,
    key: str | None = None,
) -> ArticleView:
    context = caller.writing("article.restore", key, number)
    return await writes.restore(parts.rpc, context, number, command, version)


async def compare(parts: Parts, caller: Caller, number: str, earlier: int, later: int) -> ArticleDiff:
    before = await parts.knowledge.article_version(caller.reading(), number, earlier)
    after = await parts.knowledge.article_version(caller.reading(), number, later)
    return await asyncio.to_thread(diff_articles, before, after)
