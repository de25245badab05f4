"""Ticket events as live streams tell them. They are answers of an RPC method, not events of the bus."""

from typing import Literal

from trackline_schemas.base import Instant, View
from trackline_schemas.events.envelope import Event

# A hidden ticket is one that the viewer could read before the event and cannot read now.
Sight = Literal["ticket", "ticket.hidden"]


class Seen(View):
    """That a ticket event happened, without a word of the ticket. `id` is the id of the event, `subject` that of the
    ticket."""

    sight: Sight
    id: str
    type: str
    subject: str
    number: str
    sequence: int
    loggedat: Instant

    @classmethod
    def of(cls, event: Event, sight: Sight) -> "Seen":
        return cls(
            sight=sight,
            id=event.id,
            type=event.type,
            subject=event.subject,
            number=event.data["ticket"]["number"],
            sequence=event.sequence,
            loggedat=event.loggedat or event.recordedat,
        )


class EventsSince(View):
    """`complete` is false when there were more events than the limit."""

    events: list[Seen]
    complete: bool
