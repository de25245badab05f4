"""Records that a service keeps, of any kind."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.context import CallContext
from trackline_schemas.filters import Filter
from trackline_schemas.paging import Page, PageQuery
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange, RecordKind, RecordUse
from trackline_schemas.records.kind import C, U, V

_CHANGES = TypeAdapter(Page[RecordChange])
_USES = TypeAdapter(list[RecordUse])


@cache
def _one(view: Any) -> TypeAdapter[Any]:
    return TypeAdapter(view)


@cache
def _page(view: Any) -> TypeAdapter[Any]:
    return TypeAdapter(Page[view])


class RecordsClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def create(self, context: CallContext, kind: RecordKind[C, U, V], command: C) -> V:
        arguments = {"kind": kind.name, "values": command.model_dump(mode="json", exclude_unset=True)}
        made: V = await self._call(kind, "create_record", arguments, context, _one(kind.view), read=False)
        return made

    async def update(
        self, context: CallContext, kind: RecordKind[C, U, V], id: str, command: U, if_match: int | None
    ) -> V:
        values = command.model_dump(mode="json", exclude_unset=True)
        arguments = {"kind": kind.name, "id": id, "values": values, "if_match": if_match}
        changed: V = await self._call(kind, "update_record", arguments, context, _one(kind.view), read=False)
        return changed

    async def get(self, context: CallContext, kind: RecordKind[C, U, V], id: str) -> V:
        found: V = await self._call(kind, "record", {"kind": kind.name, "id": id}, context, _one(kind.view), read=True)
        return found

    async def all(self, context: CallContext, kind: RecordKind[C, U, V], filter: Filter | None = None) -> list[V]:
        """By name, what the viewer may read."""
        arguments = {"kind": kind.name, "query": PageQuery(filter=filter)}
        page: Page[V] = await self._call(kind, "records", arguments, context, _page(kind.view), read=True)
        return page.items

    async def changes(self, context: CallContext, query: ChangesQuery) -> Page[RecordChange]:
        return await self._rpc.call("tickets", "record_changes", {"query": query}, context, _CHANGES, read=True)

    async def used_by(self, context: CallContext, kind: str, id: str) -> list[RecordUse]:
        arguments = {"kind": kind, "id": id}
        return await self._rpc.call("tickets", "record_used_by", arguments, context, _USES, read=True)

    async def _call(
        self,
        kind: AnyKind,
        method: str,
        arguments: dict[str, Any],
        context: CallContext,
        result: TypeAdapter[Any],
        *,
        read: bool,
    ) -> Any:
        return await self._rpc.call(kind.owner, method, arguments, context, result, read=read)
