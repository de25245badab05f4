"""What staff, and what everybody else, may see of a ticket and of its events."""

from tickets.domain.ticket import Ticket
from trackline_schemas.events import Event, TicketEvent
from trackline_schemas.ticket.fields import STAFF_FIELDS
from trackline_schemas.ticket.views import Comment as CommentView
from trackline_schemas.ticket.views import HistoryEntry, TicketView

_EMPTY = {name: TicketView.model_fields[name].get_default(call_default_factory=True) for name in STAFF_FIELDS}


def whole(ticket: Ticket) -> TicketView:
    return TicketView.model_validate(vars(ticket))


def shown(view: TicketView, staff: bool) -> TicketView:
    return view if staff else view.model_copy(update=_EMPTY)


def parse(event: Event) -> TicketEvent:
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
    told = visible(parse(event), staff)
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
    told = visible(parse(event), staff)
    return None if told is None else told.comment
