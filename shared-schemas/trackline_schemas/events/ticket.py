"""Events of one ticket. `subject` is the ticket's id."""

from typing import Any

from pydantic import Field

from trackline_schemas.base import View
from trackline_schemas.ticket.views import Comment, TicketView

TICKET_CREATED = "ticket.created.v1"
TICKET_UPDATED = "ticket.updated.v1"
TICKET_PURGED = "ticket.purged.v1"


class TicketEvent(View):
    """`changes` is field → [before, after]. `ticket` is the snapshot after the event, and holds ids only."""

    changes: dict[str, tuple[Any, Any]] = Field(default_factory=dict)
    comment: Comment | None = None
    time_spent: int | None = None
    ticket: TicketView


class TicketPurged(View):
    """The last event of a ticket: consumers remove all that they keep of it, and ignore events of it that arrive later.
    It is always `historical`, so nobody is notified."""

    number: str
    source: str | None = None
    external_ref: str | None = None
