"""Writes of records that a service keeps: what they name must be there."""

from gateway.actions.named import check_named
from gateway.actions.parts import Parts
from trackline_schemas.context import CallContext
from trackline_schemas.records import RecordKind, RecordUse
from trackline_schemas.records.kind import C, U, V


async def create(parts: Parts, context: CallContext, kind: RecordKind[C, U, V], command: C) -> V:
    await check_named(parts.people, context.viewer, command)
    return await parts.records.create(context, kind, command)


async def update(
    parts: Parts, context: CallContext, kind: RecordKind[C, U, V], id: str, command: U, if_match: int | None
) -> V:
    await check_named(parts.people, context.viewer, command)
    return await parts.records.update(context, kind, id, command, if_match)


async def used_by(parts: Parts, context: CallContext, kind: str, id: str) -> list[RecordUse]:
    """What would miss it: the service's active records, and of a team its members too."""
    members = parts.people.directory.members(id) if kind == "team" else []
    people = [RecordUse(kind="user", id=person.id, name=person.name, field="teams") for person in members]
    return [*await parts.records.used_by(context, kind, id), *people]
