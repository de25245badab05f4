"""Imports people from a CSV file: creates a draft, changes it, and starts it."""

import asyncio

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.people import reads
from gateway.people.models import CreatePeopleImport, PeopleImport, UpdatePeopleImport
from gateway.people.usecases import people_import
from gateway.people.usecases.sheet import refuse_file
from trackline_csv import Unreadable, Written, decode


async def create(
    parts: Parts, caller: Caller, command: CreatePeopleImport, key: str | None = None, encoding: str = "utf-8"
) -> PeopleImport:
    """`encoding` is that of the file which the text comes from. The rows to correct are written in it."""
    require_admin(caller)
    return await people_import.create(parts.people, command, caller.writing("people.import", key), encoding)


async def create_from_file(parts: Parts, caller: Caller, content: bytes, key: str | None = None) -> PeopleImport:
    """Takes a file in any encoding that `trackline_csv` recognises."""
    require_admin(caller)
    try:
        text, encoding = await asyncio.to_thread(decode, content)
    except Unreadable as error:
        raise refuse_file(error) from error
    command = CreatePeopleImport.model_construct(csv=text, mapping=None, invite=False)
    return await create(parts, caller, command, key, encoding)


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
