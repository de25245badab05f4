"""Reads configuration records of any kind from the service that owns the kind."""

import asyncio
from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_core.records.history import merge_pages
from trackline_schemas.context import CallContext
from trackline_schemas.filters import Filter
from trackline_schemas.paging import Page, PageQuery
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange, RecordKind, RecordUse
from trackline_schemas.records.kind import C, U, V
from trackline_schemas.records.registry import KINDS

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
        """Returns the newest changes of all services that keep one of the kinds. Raises ServiceError if one of them
        does not answer, because a list without its changes would look complete."""
        asked = (kind for kind in KINDS.values() if query.kinds is None or kind.name in query.kinds)
        calls = [
            self._rpc.call(owner, "record_changes", {"query": query}, context, _CHANGES, read=True)
            for owner in _owners(asked)
        ]
        return merge_pages(await asyncio.gather(*calls), query.size)

    async def used_by(self, context: CallContext, kind: str, id: str) -> list[RecordUse]:
        """Returns the active records that refer to this one, from all services that keep such kinds."""
        arguments = {"kind": kind, "id": id}
        calls = [
            self._rpc.call(owner, "record_used_by", arguments, context, _USES, read=True)
            for owner in _owners(one for one in KINDS.values() if kind in one.references.values())
        ]
        return [use for uses in await asyncio.gather(*calls) for use in uses]

    async def _call(
        self,
        kind: AnyKind,
        method: str,
        arguments: dict[str, Any],
        context: CallContext,
        result: TypeAdapter[Any],
    ) -> Any:
        return await self._rpc.call(kind.owner, method, arguments, context, result, read=True)


def _owners(kinds: Iterable[AnyKind]) -> list[str]:
    return sorted({kind.owner for kind in kinds})
