"""Reads configuration records of any kind from the service that owns the kind."""

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

    async def get(self, context: CallContext, kind: RecordKind[C, U, V], id: str) -> V:
        found: V = await self._call(kind, "record", {"kind": kind.name, "id": id}, context, _one(kind.view))
        return found

    async def all(self, context: CallContext, kind: RecordKind[C, U, V], filter: Filter | None = None) -> list[V]:
        """Returns the records that the viewer may read, sorted by name."""
        arguments = {"kind": kind.name, "query": PageQuery(filter=filter)}
        page: Page[V] = await self._call(kind, "records", arguments, context, _page(kind.view))
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
    ) -> Any:
        return await self._rpc.call(kind.owner, method, arguments, context, result, read=True)
