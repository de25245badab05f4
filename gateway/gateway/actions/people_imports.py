"""Imports people from a CSV file: creates a draft, changes it, and starts it."""

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.people import reads
from gateway.people.models import CreatePeopleImport, PeopleImport, UpdatePeopleImport
from gateway.people.usecases import people_import
from trackline_csv import Written


async def create(parts: Parts, caller: Caller, command: CreatePeopleImport, key: str | None = None) -> PeopleImport:
    require_admin(caller)
    return await people_import.create(parts.people, command, caller.writing("people.import", key))


async def update(parts: Parts, caller: Caller, import_id: str, command: UpdatePeopleImport) -> PeopleImport:
    require_admin(caller)
    return await people_import.update(parts.people, import_id, command)


async def start(parts: Parts, caller: Caller, import_id: str, key: str | None = None) -> PeopleImport:
    require_admin(caller)
    await require_confirmed(parts, caller)
    started = await people_import.start(parts.people, import_id, caller.writing("people.import.start", key, import_id))
    await security_log.write(parts, caller, "accounts_imported", import_id=import_id, rows=started.rows)
    return started


async def export_unfinished(parts: Parts, caller: Caller, import_id: str) -> Written:
    """Returns the rows that could not be imported, in the form of their file, with the reason in the last column."""
    require_admin(caller)
    rows = await reads.get_unfinished_rows(parts.people, import_id)
    await security_log.write_export(parts, caller, "people_import", import_id=import_id)
    return rows
