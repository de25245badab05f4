"""Records that this service keeps, of whatever kind."""

from typing import Any

from tickets import metrics
from tickets.usecases.command import created_id
from tickets.usecases.ports import Ports
from trackline_core.records.command import parse_command
from trackline_core.records.sync import Records
from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.filters import Condition
from trackline_schemas.paging import Page, PageQuery
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange, RecordUse
from trackline_schemas.records.registry import kind_of
from trackline_schemas.viewer import SYSTEM, Viewer


def create(ports: Ports, kind: AnyKind, command: Command, context: CallContext) -> Any:
    with metrics.failures_counted(f"create_{kind.name}"):
        key = created_id(context, ports.new_id)
        return ports.records[kind.name].create(key, command.model_dump(), command.digest(), context)


def update(ports: Ports, kind: AnyKind, key: str, command: Command, if_match: int | None, context: CallContext) -> Any:
    with metrics.failures_counted(f"update_{kind.name}"):
        given = command.model_dump(exclude_unset=True)
        return ports.records[kind.name].update(key, given, command.digest(), if_match, context)


def create_of(ports: Ports, kind: str, values: dict[str, Any], context: CallContext) -> dict[str, Any]:
    return _plain(create(ports, kind_of(kind), parse_command(kind_of(kind).create, values), context))


def update_of(
    ports: Ports, kind: str, key: str, values: dict[str, Any], if_match: int | None, context: CallContext
) -> dict[str, Any]:
    return _plain(update(ports, kind_of(kind), key, parse_command(kind_of(kind).update, values), if_match, context))


def get(ports: Ports, kind: str, key: str, viewer: Viewer) -> dict[str, Any]:
    return _plain(_records(ports, kind).get(key, viewer))


def page(ports: Ports, kind: str, query: PageQuery, viewer: Viewer) -> Page[dict[str, Any]]:
    """All of them by name: there are few of each kind."""
    return Page(items=[_plain(view) for view in _records(ports, kind).select(query.filter, viewer)])


def changes(ports: Ports, query: ChangesQuery, viewer: Viewer) -> Page[RecordChange]:
    """For administrators, newest first."""
    if not viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
    asked = [records for name, records in ports.records.items() if query.kinds is None or name in query.kinds]
    found = sorted((one for records in asked for one in records.history(query)), key=_newest, reverse=True)
    items = found[: query.size]
    return Page(items=items, after=items[-1].cursor if len(found) > query.size else None)


def used_by(ports: Ports, kind: str, key: str, viewer: Viewer) -> list[RecordUse]:
    """The active records whose reference names this one."""
    if not viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
    pairs = [(records, field) for records in ports.records.values() for field, of in _references(records) if of == kind]
    return [use for records, field in pairs for use in _uses(records, field, key)]


def _references(records: Records) -> list[tuple[str, str]]:
    return list(records.kind.references.items())


def _uses(records: Records, field: str, key: str) -> list[RecordUse]:
    named = Condition(field=field, op="eq", value=key)
    found = records.select(named, SYSTEM)
    kind = records.kind.name
    return [RecordUse(kind=kind, id=view.id, name=view.name, field=field) for view in found if view.active]


def _records(ports: Ports, kind: str) -> Records:
    if kind not in ports.records:
        raise not_found("kind", kind)
    return ports.records[kind]


def _newest(change: RecordChange) -> tuple[Any, str]:
    return change.at, change.id


def _plain(view: Any) -> dict[str, Any]:
    plain: dict[str, Any] = view.model_dump(mode="json")
    return plain
