"""Imports people from a CSV file: creates a draft, changes it, and starts it."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import CreatePeopleImport, PeopleImport, UpdatePeopleImport


async def create(parts: Parts, caller: Caller, command: CreatePeopleImport, key: str | None = None) -> PeopleImport:
    context = caller.writing("people.import", key)
    return await parts.people.imports.draft(context, command.csv, command.mapping, command.invite)


async def change(parts: Parts, import_id: str, command: UpdatePeopleImport) -> PeopleImport:
    return await parts.people.imports.change(import_id, command.mapping, command.invite)


async def start(parts: Parts, caller: Caller, import_id: str, key: str | None = None) -> PeopleImport:
    context = caller.writing("people.import.start", key, import_id)
    return await parts.people.imports.start(context, import_id)
