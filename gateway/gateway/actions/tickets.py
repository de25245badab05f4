"""Opens, changes, imports and removes tickets."""

from collections.abc import Awaitable, Callable, Iterator

from gateway.actions import security_log
from gateway.actions.caller import Caller
from gateway.actions.defaults import defaults_from_profile
from gateway.actions.named import check_exist, check_named, references
from gateway.actions.parts import Parts
from gateway.clients.writes import tickets as writes
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons
from trackline_schemas.imports import ImportTicket, PurgeTickets, TicketImported, TicketsPurged
from trackline_schemas.ticket.commands import CreateTicket, TicketChanges, UpdateTicket
from trackline_schemas.ticket.fields import REFERENCES
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.versions import IfMatch


async def create(parts: Parts, caller: Caller, command: CreateTicket, key: str | None = None) -> TicketView:
    await check_named(parts.people, caller.viewer, command)
    context = caller.writing("ticket.create", key)
    attached = await parts.files.resolve(caller.person.id, command.attachments, "/attachments")
    defaults = defaults_from_profile(parts.people.directory, caller.viewer, command)
    ticket = await _with_assignee(
        parts, context, command, lambda call: writes.create(parts.rpc, call, command, attached, defaults)
    )
    await parts.files.mark_used(attached)
    return ticket


async def update(
    parts: Parts,
    caller: Caller,
    number: str,
    command: UpdateTicket,
    version: IfMatch = None,
    key: str | None = None,
) -> TicketView:
    """`version` is the version that If-Match names."""
    await check_named(parts.people, caller.viewer, command.changes, "/changes")
    context = caller.writing("ticket.update", key, number)
    ids = command.comment.attachments if command.comment else []
    attached = await parts.files.resolve(caller.person.id, ids, "/comment/attachments")
    ticket = await _with_assignee(
        parts,
        context,
        command.changes,
        lambda call: writes.update(parts.rpc, call, number, command, version, attached),
    )
    await parts.files.mark_used(attached)
    return ticket


async def import_ticket(parts: Parts, caller: Caller, command: ImportTicket) -> TicketImported:
    """The history may name people and teams that are no longer active, but none that never existed."""
    await check_exist(parts.people, _references(command))
    imported = await writes.import_ticket(parts.rpc, caller.writing("ticket.import"), command)
    security_log.note(parts, caller, "tickets_imported", source=command.source)
    return imported


async def purge(parts: Parts, caller: Caller, command: PurgeTickets) -> TicketsPurged:
    purged = await writes.purge(parts.rpc, caller.writing("ticket.purge"), command)
    await security_log.write(parts, caller, "tickets_purged", source=command.source)
    return purged


async def _with_assignee(
    parts: Parts,
    context: CallContext,
    named: CreateTicket | TicketChanges,
    write: Callable[[CallContext], Awaitable[TicketView]],
) -> TicketView:
    """Sends the rights of the named assignee with the call, because the service knows the team of the ticket, but not
    yet who got a role a moment ago. If another gateway gave it, this one learns of it by a look at what has changed."""
    try:
        return await write(_naming(parts, context, named))
    except ServiceError as error:
        if error.reason != reasons.tickets.ASSIGNEE_CANNOT_ANSWER.name:
            raise
    await parts.people.directory.refresh()
    return await write(_naming(parts, context, named))


def _naming(parts: Parts, context: CallContext, named: CreateTicket | TicketChanges) -> CallContext:
    if named.assignee_id is None:
        return context
    return context.model_copy(update={"assignee": parts.people.directory.viewer(named.assignee_id)})


def _references(command: ImportTicket) -> Iterator[tuple[str, str, str]]:
    """Yields (pointer, "person" or "team", id)."""
    for number, step in enumerate(command.steps):
        at, given = f"/steps/{number}", step.changes.given()
        if step.actor_id is not None:
            yield f"{at}/actor_id", "person", step.actor_id
        for name in REFERENCES.keys() & given.keys():
            # The tickets service checks categories itself.
            if given[name] is not None and REFERENCES[name] != "category":
                for pointer, key in references(name, given[name]):
                    yield f"{at}/changes/{pointer}", REFERENCES[name], key
