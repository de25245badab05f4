"""Writes of categories."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext

_CATEGORY = TypeAdapter(Category)


async def create(rpc: Rpc, context: CallContext, command: CreateCategory) -> Category:
    return await rpc.call("tickets", "create_category", {"command": command}, context, _CATEGORY, read=False)


async def update(rpc: Rpc, context: CallContext, category_id: str, command: UpdateCategory) -> Category:
    arguments = {"id": category_id, "command": command}
    return await rpc.call("tickets", "update_category", arguments, context, _CATEGORY, read=False)
