"""How tickets and their events leave the service, for staff and for everybody else."""

from datetime import datetime

from pydantic import BaseModel

from tickets.domain.ticket import Comment, Recorded, Ticket
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
from trackline_schemas.ticket.fields import STAFF_FIELDS
from trackline_schemas.ticket.views import Attachment, HistoryEntry, TicketView
from trackline_schemas.ticket.views import Comment as CommentView

SOURCE = "/trackline/tickets"
_TYPES = {"created": TICKET_CREATED, "updated": TICKET_UPDATED}
_EMPTY = {name: TicketView.model_fields[name].get_default(call_default_factory=True) for name in STAFF_FIELDS}


def whole(ticket: Ticket) -> TicketView:
    return TicketView.model_validate(vars(ticket))


def shown(view: TicketView, staff: bool) -> TicketView:
    return view if staff else view.model_copy(update=_EMPTY)


def event_of(ticket: Ticket, context: CallContext, imported_at: datetime | None = None) -> Event:
    """The newest event of a ticket, as it rests in the log and travels on the bus. `imported_at` is when it was written
    where that was long after it happened."""
    recorded = ticket.events[-1]
    told = TicketEvent(
        changes=dict(recorded.changes),
        comment=recorded.comment and _comment(ticket.id, recorded, recorded.comment),
        time_spent=recorded.time_spent,
        ticket=whole(ticket),
    )
    # What another system told its people long ago is told to nobody again.
    historical = imported_at is not None or (recorded.type == "created" and ticket.channel == "import")
    return _event(ticket, context, _TYPES[recorded.type], told, imported_at or recorded.at, historical)


def purged_event(ticket: Ticket, context: CallContext) -> Event:
    gone = TicketPurged(number=ticket.number, source=ticket.source, external_ref=ticket.external_ref)
    return _event(ticket, context, TICKET_PURGED, gone, ticket.events[-1].at, historical=True)


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


def told_by(event: Event) -> TicketEvent:
    return TicketEvent.model_validate(event.data)


def visible(told: TicketEvent, staff: bool) -> TicketEvent | None:
    """What of an event its reader may know; None where nothing is left, as of an internal note."""
    if staff:
        return told
    changes = {name: change for name, change in told.changes.items() if name not in STAFF_FIELDS}
    comment = told.comment if told.comment is not None and told.comment.visibility == "public" else None
    if not changes and comment is None:
        return None
    hidden = {"changes": changes, "comment": comment, "time_spent": None, "ticket": shown(told.ticket, staff=False)}
    return told.model_copy(update=hidden)


def entry(event: Event, staff: bool) -> HistoryEntry | None:
    told = visible(told_by(event), staff)
    if told is None:
        return None
    return HistoryEntry(
        id=event.id,
        type=event.type,
        sequence=event.sequence,
        time=event.time,
        recorded_at=event.recordedat,
        actor_id=event.actor,
        changes=told.changes,
        comment=told.comment,
        time_spent=told.time_spent,
    )


def comment(event: Event, staff: bool) -> CommentView | None:
    told = visible(told_by(event), staff)
    return None if told is None else told.comment
