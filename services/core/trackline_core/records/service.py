"""Creates, changes and reads the records that a service keeps, for all kinds alike. Records travel as JSON objects."""

from collections.abc import Mapping
from typing import Any

from trackline_core.records.command import choose_id, parse_command
from trackline_core.records.history import merge_pages
from trackline_core.records.sync import Records
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.paging import Page, PageQuery
from trackline_schemas.records import ChangesQuery, RecordChange, RecordUse
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer

# kind → its records
Kept = Mapping[str, Records]
Values = dict[str, Any]


def create(kept: Kept, kind: str, values: Values, context: CallContext) -> Values:
    records = _of_kind(kept, kind)
    command = parse_command(records.kind.create, values)
    return _to_json(records.create(choose_id(context), command.model_dump(), command.digest(), context))


def update(kept: Kept, kind: str, key: str, values: Values, if_match: IfMatch, context: CallContext) -> Values:
    records = _of_kind(kept, kind)
    command = parse_command(records.kind.update, values)
    given = command.model_dump(exclude_unset=True)
    return _to_json(records.update(key, given, command.digest(), if_match, context))


def get(kept: Kept, kind: str, key: str, viewer: Viewer) -> Values:
    return _to_json(_of_kind(kept, kind).get(key, viewer))


def page(kept: Kept, kind: str, query: PageQuery, viewer: Viewer) -> Page[Values]:
    """Returns all records by name on one page, because there are few of each kind."""
    return Page(items=[_to_json(view) for view in _of_kind(kept, kind).select(query.filter, viewer)])


def changes(kept: Kept, query: ChangesQuery, viewer: Viewer) -> Page[RecordChange]:
    """Returns the changes, newest first. Only administrators may read them, and not what others keep for themselves."""
    _check_administrator(viewer)
    asked = [records for name, records in kept.items() if query.kinds is None or name in query.kinds]
    return merge_pages((Page(items=records.history(query, viewer)) for records in asked), query.size)


def used_by(kept: Kept, kind: str, key: str, viewer: Viewer) -> list[RecordUse]:
    """Returns the active records that refer to this one. Only administrators may ask."""
    _check_administrator(viewer)
    pairs = [(one, field) for one in kept.values() for field, of in one.kind.references.items() if of == kind]
    return [use for records, field in pairs for use in records.uses(field, key)]


def _check_administrator(viewer: Viewer) -> None:
    if not viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)


def _of_kind(kept: Kept, kind: str) -> Records:
    if kind not in kept:
        raise not_found("kind", kind)
    return kept[kind]


def _to_json(view: Any) -> Values:
    json: Values = view.model_dump(mode="json")
    return json
