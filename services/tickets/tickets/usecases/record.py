"""Creates, changes and reads the records that this service keeps, for all kinds alike."""

from typing import Any

from tickets import metrics
from tickets.usecases.command import choose_id
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
    with metrics.count_failures(f"create_{kind.name}"):
        key = choose_id(context, ports.new_id)
        return ports.records[kind.name].create(key, command.model_dump(), command.digest(), context)


def update(ports: Ports, kind: AnyKind, key: str, command: Command, if_match: int | None, context: CallContext) -> Any:
    with metrics.count_failures(f"update_{kind.name}"):
        given = command.model_dump(exclude_unset=True)
        return ports.records[kind.name].update(key, given, command.digest(), if_match, context)


def create_from_values(ports: Ports, kind: str, values: dict[str, Any], context: CallContext) -> dict[str, Any]:
    return _to_json(create(ports, kind_of(kind), parse_command(kind_of(kind).create, values), context))


def update_from_values(
    ports: Ports, kind: str, key: str, values: dict[str, Any], if_match: int | None, context: CallContext
) -> dict[str, Any]:
    return _to_json(update(ports, kind_of(kind), key, parse_command(kind_of(kind).update, values), if_match, context))


def get(ports: Ports, kind: str, key: str, viewer: Viewer) -> dict[str, Any]:
    return _to_json(_records(ports, kind).get(key, viewer))


def page(ports: Ports, kind: str, query: PageQuery, viewer: Viewer) -> Page[dict[str, Any]]:
    """Returns all records by name on one page, because there are few of each kind."""
    return Page(items=[_to_json(view) for view in _records(ports, kind).select(query.filter, viewer)])


def changes(ports: Ports, query: ChangesQuery, viewer: Viewer) -> Page[RecordChange]:
    """Returns the changes, newest first. Only administrators may read them."""
    if not viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
    asked = [records for name, records in ports.records.items() if query.kinds is None or name in query.kinds]
    found = sorted((one for records in asked for one in records.history(query)), key=_time_and_id, reverse=True)
    items = found[: query.size]
    return Page(items=items, after=items[-1].cursor if len(found) > query.size else None)


def used_by(ports: Ports, kind: str, key: str, viewer: Viewer) -> list[RecordUse]:
    """Returns the active records that refer to this one."""
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


def _time_and_id(change: RecordChange) -> tuple[Any, str]:
    return change.at, change.id


def _to_json(view: Any) -> dict[str, Any]:
    json: dict[str, Any] = view.model_dump(mode="json")
    return json
