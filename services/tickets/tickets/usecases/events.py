"""Builds every event that the ticket service emits."""

from datetime import datetime
from functools import partial

from pydantic import BaseModel

from tickets.domain.ticket import Comment, Recorded, Ticket
from tickets.usecases.views import to_view
from trackline_core.replay import request_event
from trackline_schemas.context import CallContext
from trackline_schemas.events import (
    TICKET_CREATED,
    TICKET_PURGED,
    TICKET_UPDATED,
    Event,
    TicketEvent,
    TicketPurged,
    event_id,
)
from trackline_schemas.ticket.views import Attachment
from trackline_schemas.ticket.views import Comment as CommentView

SOURCE = "/trackline/tickets"
_TYPES = {"created": TICKET_CREATED, "updated": TICKET_UPDATED}

replay_request = partial(request_event, "tickets.events", SOURCE)


def ticket_event(ticket: Ticket, context: CallContext, imported_at: datetime | None = None) -> Event:
    """Returns the newest event of a ticket for the log and the bus. `imported_at` is the time of the import, for an
    event that happened before it."""
    recorded = ticket.events[-1]
    data = TicketEvent(
        changes=dict(recorded.changes),
        comment=recorded.comment and _comment(ticket.id, recorded, recorded.comment),
        time_spent=recorded.time_spent,
        ticket=to_view(ticket),
        replier_ids=list(ticket.replier_ids),
    )
    # The other system has notified people of it already.
    historical = imported_at is not None or (recorded.type == "created" and ticket.channel == "import")
    return _event(ticket, context, _TYPES[recorded.type], data, imported_at or recorded.at, historical)


def purged_event(ticket: Ticket, context: CallContext) -> Event:
    data = TicketPurged(number=ticket.number, source=ticket.source, external_ref=ticket.external_ref)
    return _event(ticket, context, TICKET_PURGED, data, ticket.events[-1].at, historical=True)


def _event(
    ticket: Ticket, context: CallContext, type_: str, data: BaseModel, recordedat: datetime, historical: bool
) -> Event:
    recorded = ticket.events[-1]
    return Event(
        id=event_id(ticket.id, recorded.sequence),
        source=SOURCE,
        type=type_,
        subject=ticket.id,
        time=recorded.at,
        recordedat=recordedat,
        sequence=recorded.sequence,
        actor=recorded.actor_id,
        requestid=context.request_id,
        traceparent=context.traceparent,
        historical=historical,
        data=data.model_dump(mode="json"),
    )


def _comment(ticket_id: str, recorded: Recorded, comment: Comment) -> CommentView:
    attachments = [Attachment.model_validate(vars(one)) for one in comment.attachments]
    own = {**vars(comment), "attachments": attachments}
    return CommentView(id=event_id(ticket_id, recorded.sequence), time=recorded.at, **own)
