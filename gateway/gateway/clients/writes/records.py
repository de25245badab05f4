"""Calls that write configuration records of any kind, to the service that owns the kind."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.records import RecordKind
from trackline_schemas.records.kind import C, U, V
from trackline_schemas.versions import IfMatch


@cache
def _view_of(view: Any) -> TypeAdapter[Any]:
    return TypeAdapter(view)


async def create(rpc: Rpc, context: CallContext, kind: RecordKind[C, U, V], command: C) -> V:
    arguments = {"kind": kind.name, "values": _values(command)}
    made: V = await rpc.call(kind.owner, "create_record", arguments, context, _view_of(kind.view), read=False)
    return made


async def update(
    rpc: Rpc, context: CallContext, kind: RecordKind[C, U, V], id: str, command: U, if_match: IfMatch
) -> V:
    arguments = {"kind": kind.name, "id": id, "values": _values(command), "if_match": if_match}
    changed: V = await rpc.call(kind.owner, "update_record", arguments, context, _view_of(kind.view), read=False)
    return changed


def _values(command: Command) -> dict[str, Any]:
    return command.model_dump(mode="json", exclude_unset=True)
