"""Converts tickets and events to views, and limits them to what staff or other readers may see."""

from tickets.domain.ticket import Ticket
from trackline_schemas.access import without_staff_fields
from trackline_schemas.events import Event, TicketEvent
from trackline_schemas.ticket.fields import STAFF_FIELDS
from trackline_schemas.ticket.views import Comment as CommentView
from trackline_schemas.ticket.views import HistoryEntry, TicketView

_EMPTY = {name: TicketView.model_fields[name].get_default(call_default_factory=True) for name in STAFF_FIELDS}


def to_view(ticket: Ticket) -> TicketView:
    return TicketView.model_validate(vars(ticket))


def restrict(view: TicketView, staff: bool) -> TicketView:
    return view if staff else view.model_copy(update=_EMPTY)


def parse(event: Event) -> TicketEvent:
    return TicketEvent.model_validate(event.data)


def restrict_event(event: TicketEvent, staff: bool) -> TicketEvent | None:
    """Returns the event as the reader may see it, or None if nothing is left, as for an internal note."""
    if staff:
        return event
    changes = without_staff_fields(event.changes)
    comment = event.comment if event.comment is not None and event.comment.visibility == "public" else None
    if not changes and comment is None:
        return None
    hidden = {"changes": changes, "comment": comment, "time_spent": None, "ticket": restrict(event.ticket, staff=False)}
    return event.model_copy(update=hidden)


def to_entry(event: Event, staff: bool) -> HistoryEntry | None:
    visible = restrict_event(parse(event), staff)
    if visible is None:
        return None
    return HistoryEntry(
        id=event.id,
        type=event.type,
        sequence=event.sequence,
        time=event.time,
        recorded_at=event.recordedat,
        actor_id=event.actor,
        changes=visible.changes,
        comment=visible.comment,
        time_spent=visible.time_spent,
    )


def to_comment(event: Event, staff: bool) -> CommentView | None:
    visible = restrict_event(parse(event), staff)
    return None if visible is None else visible.comment
