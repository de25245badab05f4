"""Writes configuration records of any kind, and finds what uses one."""

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.named import check_named
from gateway.actions.parts import Parts
from gateway.clients.writes import records as writes
from trackline_schemas.errors import not_found
from trackline_schemas.records import AnyKind, RecordKind, RecordUse
from trackline_schemas.records.kind import C, U, V, administrators
from trackline_schemas.records.registry import kind_of
from trackline_schemas.versions import IfMatch


async def create(parts: Parts, caller: Caller, kind: RecordKind[C, U, V], command: C, key: str | None = None) -> V:
    _check_may_write(caller, kind)
    await check_named(parts.people, caller.viewer, command)
    made = await writes.create(parts.rpc, caller.writing(f"{kind.name}.create", key), kind, command)
    await security_log.write_settings(parts, caller, kind.name, command)
    return made


async def update(
    parts: Parts,
    caller: Caller,
    kind: RecordKind[C, U, V],
    record_id: str,
    command: U,
    version: IfMatch = None,
    key: str | None = None,
) -> V:
    _check_may_write(caller, kind)
    await check_named(parts.people, caller.viewer, command)
    context = caller.writing(f"{kind.name}.update", key, record_id)
    after = await writes.update(parts.rpc, context, kind, record_id, command, version)
    await security_log.write_settings(parts, caller, kind.name, command, record_id=record_id)
    return after


async def used_by(parts: Parts, caller: Caller, kind: str, record_id: str) -> list[RecordUse]:
    """Returns the active records that refer to the record. For a team, its members are included. Raises ServiceError
    not_found."""
    require_admin(caller)
    if kind == "team":
        people = await _members(parts, record_id)
    else:
        await parts.records.get(caller.reading(), kind_of(kind), record_id)
        people = []
    return [*await parts.records.used_by(caller.reading(), kind, record_id), *people]


async def _members(parts: Parts, team_id: str) -> list[RecordUse]:
    directory = parts.people.directory
    if await directory.find_team(team_id) is None:
        raise not_found("team", team_id)
    members = directory.members(team_id)
    return [RecordUse(kind="user", id=person.id, name=person.name, field="teams") for person in members]


def _check_may_write(caller: Caller, kind: AnyKind) -> None:
    """The service applies the whole rule of the kind, which may need the stored values."""
    if kind.may_write is administrators:
        require_admin(caller)
