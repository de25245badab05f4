"""Categories: administrators write them."""

from gateway.actions.caller import Caller
from gateway.actions.named import check_named
from gateway.actions.parts import Parts
from gateway.clients.writes import categories as writes
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory


async def create(parts: Parts, caller: Caller, command: CreateCategory, key: str | None = None) -> Category:
    await check_named(parts.people, caller.viewer, command)
    return await writes.create(parts.rpc, caller.writing("category.create", key), command)


async def update(
    parts: Parts, caller: Caller, category_id: str, command: UpdateCategory, key: str | None = None
) -> Category:
    await check_named(parts.people, caller.viewer, command)
    return await writes.update(parts.rpc, caller.writing("category.update", key, category_id), category_id, command)
