"""The inbox in the portal. Writing an entry delivers it, so that this channel needs neither queue nor transport."""

from collections.abc import Callable, Sequence

from notifications.channels.inbox.ports import InboxPorts, NewEntry
from notifications.domain.audience import Notice
from notifications.usecases.channel import Channel, Told, notices
from notifications.usecases.events import inbox_changed
from trackline_schemas.notifications import InboxEntry

NAME = "inbox"
EXCERPT = 200


def inbox_channel(ports: InboxPorts, prepare: Callable[[], None] = lambda: None) -> Channel:
    return Channel(NAME, lambda batch: _write(ports, batch), prepare=prepare, forget=ports.store.forget)


def _write(ports: InboxPorts, batch: Sequence[Told]) -> None:
    entries = [_entry(told, notice) for told, notice in notices(batch)]
    fresh = ports.store.add(entries) if entries else ()
    for person, unread in ports.store.unread(fresh).items() if fresh else ():
        ports.publisher.publish(inbox_changed(person, unread, ports.clock()))


def _entry(told: Told, notice: Notice) -> NewEntry:
    event, ticket = told.event, told.data.ticket
    row_id = f"{event.id}:{notice.recipient_id}:{NAME}"
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


def _excerpt(text: str | None) -> str | None:
    if text is None or len(text) <= EXCERPT:
        return text
    return text[: EXCERPT - 1] + "…"
