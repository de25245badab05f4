"""Converts tickets to MongoDB documents and back. A document has the fields of the ticket, `serial` for sorting by
number, `timeline` as [[state, at]], and the members of the outbox (version, pending, pending_at, commands). Comments
are stored in events only."""

from dataclasses import fields
from typing import Any

from bson import Binary

from tickets.domain.ticket import Ticket
from tickets.usecases.ports import Done, Stored
from trackline_chassis.mongo import Document
from trackline_core.outbox import from_row
from trackline_schemas.ticket.fields import LISTS
from trackline_schemas.ticket.views import TicketView

_STORED = [field.name for field in fields(Ticket) if field.name not in ("id", "version", "events")]

# The projection for lists, which do not need these members.
NOT_LISTED = {"pending": 0, "commands": 0, "timeline": 0, "create_hash": 0}


def to_document(ticket: Ticket, create_hash: bytes) -> Document:
    # Without empty lists, an index of participants has entries only for tickets with participants.
    values = {name: _value(getattr(ticket, name)) for name in _STORED if getattr(ticket, name) not in (None, ())}
    serial = int(ticket.number.rpartition("-")[2])
    return {"_id": ticket.id, "serial": serial, "create_hash": create_hash, **values}


def changed_members(before: Ticket, after: Ticket) -> Document:
    """Returns the members that a save must set."""
    names = (name for name in _STORED if getattr(before, name) != getattr(after, name))
    return {name: _value(getattr(after, name)) for name in names}


def to_stored(document: Document) -> Stored:
    values = {name: document[name] for name in _STORED if name in document}
    values |= {name: tuple(values[name]) for name in LISTS & values.keys()}
    values["replier_ids"] = tuple(values.get("replier_ids", ()))
    values["timeline"] = tuple((state, at) for state, at in values["timeline"])
    return Stored(
        Ticket(id=document["_id"], version=document["version"], **values),
        document["create_hash"],
        {_uuid(kept["id"]): Done(kept["hash"], kept["version"]) for kept in document["commands"]},
        [from_row(row) for row in document["pending"]],
    )


def to_view(document: Document) -> TicketView:
    return TicketView.model_validate({**document, "id": document["_id"]})


def _uuid(stored: Binary) -> Any:
    return stored.as_uuid()


def _value(value: Any) -> Any:
    return [_value(one) for one in value] if isinstance(value, tuple) else value
