"""Every change of the configuration, whichever process keeps it, and the way back."""

import asyncio
from typing import Any

from gateway.actions.parts import Parts
from gateway.people import Update
from trackline_core.records.command import parsed
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.paging import Page
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange
from trackline_schemas.records.registry import KINDS


async def changes(parts: Parts, context: CallContext, query: ChangesQuery) -> Page[RecordChange]:
    """Newest first. Raises ServiceError forbidden unless an administrator asks."""
    if not context.viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
    there, here = await asyncio.gather(parts.records.changes(context, query), parts.people.changes(query))
    # Each page is the newest of its process, so that the newest of both are among them.
    found = sorted([*there.items, *here], key=lambda change: (change.at, change.id), reverse=True)
    more = len(found) > query.size or there.after is not None
    items = found[: query.size]
    return Page(items=items, after=items[-1].cursor if more and items else None)


async def find(parts: Parts, context: CallContext, change_id: str) -> RecordChange:
    """Raises ServiceError not_found."""
    record_id = change_id.rpartition(":")[0]
    page = await changes(parts, context, ChangesQuery(ids=[change_id], record_id=record_id, size=1))
    if not page.items:
        raise not_found("change", change_id)
    return page.items[0]


async def version_of(parts: Parts, context: CallContext, change: RecordChange) -> int:
    """The present version of the record."""
    query = ChangesQuery(kinds=[change.kind], record_id=change.record_id, size=1)
    return (await changes(parts, context, query)).items[0].version


async def restore(parts: Parts, context: CallContext, change: RecordChange, if_match: int | None) -> None:
    """Sets the fields of a change to what they were before it: an ordinary update, with a change of its own."""
    if change.version == 1:
        raise refuse(reasons.records.NOTHING_TO_UNDO)
    kind, update = _update_of(parts, change.kind)
    await update(context, change.record_id, parsed(kind.update, change.before), if_match)


def _update_of(parts: Parts, name: str) -> tuple[AnyKind, Update]:
    if name not in KINDS:
        return parts.people.update_of(name)
    kind = KINDS[name]

    async def update(context: CallContext, key: str, command: Any, if_match: int | None) -> Any:
        return await parts.records.update(context, kind, key, command, if_match)

    return kind, update
