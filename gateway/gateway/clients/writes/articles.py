"""Calls of the knowledge service that write articles."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.articles import ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.versions import IfMatch

_ARTICLE = TypeAdapter(ArticleView)


async def create(rpc: Rpc, context: CallContext, command: CreateArticle) -> ArticleView:
    return await rpc.call("knowledge", "create_article", {"command": command}, context, _ARTICLE, read=False)


async def update(
    rpc: Rpc, context: CallContext, number: str, command: UpdateArticle, if_match: IfMatch = None
) -> ArticleView:
    arguments = {"number": number, "command": command, "if_match": if_match}
    return await rpc.call("knowledge", "update_article", arguments, context, _ARTICLE, read=False)


async def restore(
    rpc: Rpc, context: CallContext, number: str, command: RestoreArticle, if_match: IfMatch = None
) -> ArticleView:
    arguments = {"number": number, "command": command, "if_match": if_match}
    return await rpc.call("knowledge", "restore_article", arguments, context, _ARTICLE, read=False)
