"""Ticket events as live streams announce them. They are results of an RPC method, not events on the bus."""

from typing import Literal

from trackline_schemas.base import Instant, View
from trackline_schemas.events.envelope import Event

# A ticket is hidden if the viewer could read it before the event and cannot read it now.
Sight = Literal["ticket", "ticket.hidden"]


class Seen(View):
    """Says that a ticket event happened, without any content of the ticket. `id` is the id of the event, and `subject`
    is the id of the ticket."""

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
    """`complete` is false if there are more events than the limit."""

    events: list[Seen]
    complete: bool
