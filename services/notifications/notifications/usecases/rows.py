"""The rows that an event leaves. Their ids make a second delivery of the event a write of nothing."""

from datetime import datetime, timedelta

from notifications.domain.audience import News, Notice
from notifications.domain.delivery import Delivery
from notifications.domain.thread import one_line
from notifications.usecases.ports import NewEntry
from trackline_schemas.events import INBOX_CHANGED, Event, InboxChanged
from trackline_schemas.notifications import InboxEntry
from trackline_schemas.ticket.views import TicketView

EXCERPT = 200


def inbox_entry(event: Event, ticket: TicketView, notice: Notice) -> NewEntry:
    row_id = f"{event.id}:{notice.recipient_id}:inbox"
    entry = InboxEntry(
        id=row_id,
        ticket_id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        reason=notice.reason,
        actor_id=event.actor,
        text=_excerpt(notice.text or notice.solution),
        time=event.time,
    )
    return NewEntry(row_id, notice.recipient_id, entry)


def delivery(event: Event, ticket: TicketView, notice: Notice, now: datetime, collapse_seconds: float) -> Delivery:
    return Delivery(
        id=f"{event.id}:{notice.recipient_id}:mail",
        ticket_id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        sequence=event.sequence,
        recipient_id=notice.recipient_id,
        actor_id=event.actor,
        news=notice.news,
        text=notice.text,
        resolution=notice.solution,
        files=notice.files,
        alone=notice.alone,
        due_at=now if notice.alone else now + timedelta(seconds=collapse_seconds),
        created_at=now,
        updated_at=now,
        subject=one_line(f"[{ticket.number}] {ticket.title}"),
    )


def letter(
    row_id: str,
    recipient_id: str,
    actor_id: str,
    purpose: News,
    now: datetime,
    expires_at: datetime,
    link: str | None = None,
) -> Delivery:
    """A mail that belongs to no ticket."""
    return Delivery(
        id=row_id,
        ticket_id="",
        number="",
        title="",
        sequence=0,
        recipient_id=recipient_id,
        actor_id=actor_id,
        news=(purpose,),
        text=None,
        resolution=None,
        alone=True,
        due_at=now,
        created_at=now,
        updated_at=now,
        link=link,
        expires_at=expires_at,
    )


def inbox_changed(recipient_id: str, unread: int, now: datetime) -> Event:
    changed = InboxChanged(recipient_id=recipient_id, unread=unread)
    return Event.unlogged(INBOX_CHANGED, "/trackline/notifications", recipient_id, changed, now)


def _excerpt(text: str | None) -> str | None:
    if text is None or len(text) <= EXCERPT:
        return text
    return text[: EXCERPT - 1] + "…"
