"""Calls of the tickets service that write tickets."""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.context import CallContext
from trackline_schemas.imports import ImportTicket, PurgeTickets, TicketImported, TicketsPurged
from trackline_schemas.ticket.commands import CreateTicket, UpdateTicket
from trackline_schemas.ticket.views import Attachment, TicketView
from trackline_schemas.versions import IfMatch

_TICKET = TypeAdapter(TicketView)
_IMPORTED = TypeAdapter(TicketImported)
_PURGED = TypeAdapter(TicketsPurged)

Attachments = Sequence[Attachment]
NONE: Mapping[str, str] = {}


async def create(
    rpc: Rpc,
    context: CallContext,
    command: CreateTicket,
    attachments: Attachments = (),
    defaults: Mapping[str, str] = NONE,
) -> TicketView:
    """`defaults` holds values for fields that the command leaves out. They are not part of the command: a repeat with
    the same Idempotency-Key counts as the same command even if the defaults have changed since."""
    arguments = {"command": command, **_members(attachments), **({"defaults": defaults} if defaults else {})}
    return await rpc.call("tickets", "create", arguments, context, _TICKET, read=False)


async def update(
    rpc: Rpc,
    context: CallContext,
    number: str,
    command: UpdateTicket,
    if_match: IfMatch = None,
    attachments: Attachments = (),
) -> TicketView:
    arguments = {"number": number, "command": command, "if_match": if_match, **_members(attachments)}
    return await rpc.call("tickets", "update", arguments, context, _TICKET, read=False)


async def import_ticket(rpc: Rpc, context: CallContext, command: ImportTicket) -> TicketImported:
    return await rpc.call("tickets", "import_ticket", {"command": command}, context, _IMPORTED, read=False)


async def purge(rpc: Rpc, context: CallContext, command: PurgeTickets) -> TicketsPurged:
    return await rpc.call("tickets", "purge", {"command": command}, context, _PURGED, read=False)


def _members(attachments: Attachments) -> dict[str, Attachments]:
    return {"attachments": attachments} if attachments else {}
