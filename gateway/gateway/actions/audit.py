"""Lists all changes of the configuration, whichever process stores them, and undoes one."""

import asyncio
from typing import Any

from gateway.actions import organisation, people, records, teams
from gateway.actions.caller import Caller, require_admin
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.people.models import OrganisationView, UpdateOrganisation, UpdateTeam, UpdateUser
from gateway.people.usecases.changes import list_changes
from trackline_core.records.command import parse_command
from trackline_core.records.history import merge_pages
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery, RecordChange
from trackline_schemas.records.kinds.mail_settings import KIND as MAIL
from trackline_schemas.records.registry import kind_of
from trackline_schemas.versions import IfMatch

MAIL_SETTINGS = MAIL.name


async def changes(parts: Parts, caller: Caller, query: ChangesQuery) -> Page[RecordChange]:
    """Returns a page of changes, newest first. Raises ServiceError forbidden unless the caller is an administrator, and
    unavailable or timeout if a process that keeps some of the records does not answer."""
    require_admin(caller)
    pages = await asyncio.gather(parts.records.changes(caller.reading(), query), list_changes(parts.people, query))
    return merge_pages(pages, query.size)


async def find(parts: Parts, caller: Caller, change_id: str) -> RecordChange:
    """Asks everybody who keeps records, but needs no answer from the others once the change is found. Raises
    ServiceError not_found, or unavailable or timeout if the change may be with a service that does not answer."""
    require_admin(caller)
    query = ChangesQuery(ids=[change_id], record_id=change_id.rpartition(":")[0], size=1)
    own = await list_changes(parts.people, query)
    found = next(iter(own.items), None) or await parts.records.find_change(caller.reading(), query)
    if found is None:
        raise not_found("change", change_id)
    return found


async def version_of(parts: Parts, caller: Caller, change: RecordChange) -> int:
    """Returns the current version of the record that the change belongs to."""
    query = ChangesQuery(kinds=[change.kind], record_id=change.record_id, size=1)
    return (await changes(parts, caller, query)).items[0].version


def is_restorable(change: RecordChange) -> bool:
    """Returns False for the creation of a record, for what the reader may not see, for passwords, and for API keys,
    which stay revoked."""
    return not (change.created or change.hidden or is_password(change)) and change.kind != "api_key"


def is_password(change: RecordChange) -> bool:
    """Returns whether the change is that of a person's password, which is in no history."""
    return change.kind == "user" and not (change.created or change.hidden or change.changes)


async def restore(parts: Parts, caller: Caller, change_id: str, version: IfMatch, key: str | None = None) -> None:
    """Sets the fields of a change back to their values before it. This is an ordinary update, which is recorded as a
    change of its own."""
    change = await find(parts, caller, change_id)
    if change.hidden:
        raise not_found(change.kind, change.record_id)
    if change.created or is_password(change):
        raise refuse(reasons.records.NOTHING_TO_UNDO)
    if change.kind == MAIL_SETTINGS:
        await require_confirmed(parts, caller)
    before, record_id = change.before, change.record_id
    match change.kind:
        case "team":
            await teams.update(parts, caller, record_id, parse_command(UpdateTeam, before), version, key)
        case "user":
            await people.update(parts, caller, record_id, parse_command(UpdateUser, before), version, key)
        case "organisation":
            await organisation.update(parts, caller, _organisation_before(before), version, key)
        case "api_key":
            raise refuse(reasons.access.API_KEY_STAYS_REVOKED)
        case name:
            kind = kind_of(name)
            await records.update(parts, caller, kind, record_id, parse_command(kind.update, before), version, key)


def _organisation_before(before: dict[str, Any]) -> UpdateOrganisation:
    """An earlier release wrote null for what nobody had set, which means the default."""
    known = OrganisationView.model_validate({name: value for name, value in before.items() if value is not None})
    return parse_command(UpdateOrganisation, known.model_dump(include=set(before)))
