"""Events of tickets. `subject` is the id of the ticket."""

from typing import Any

from pydantic import Field

from trackline_schemas.base import View
from trackline_schemas.ticket.views import Comment, TicketView

TICKET_CREATED = "ticket.created.v1"
TICKET_UPDATED = "ticket.updated.v1"
TICKET_PURGED = "ticket.purged.v1"


class TicketEvent(View):
    """`changes` is field → [before, after]. `ticket` is the ticket after the event. It refers to other objects by id
    only. `replier_ids` are the agents who have replied publicly, at most the last ten, in the order of their last
    replies."""

    changes: dict[str, tuple[Any, Any]] = Field(default_factory=dict)
    comment: Comment | None = None
    time_spent: int | None = None
    ticket: TicketView
    replier_ids: list[str] = Field(default_factory=list)


class TicketPurged(View):
    """The last event of a ticket. Consumers remove everything that they keep of the ticket, and ignore its events that
    arrive later. It is always `historical`, so nobody is notified."""

    number: str
    source: str | None = None
    external_ref: str | None = None
