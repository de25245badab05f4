"""The inbox in the portal. An entry is delivered by writing it, so this channel needs neither queue nor transport."""

from collections.abc import Callable, Sequence

from notifications.channels.inbox.ports import InboxPorts, Row
from notifications.domain.audience import Notice
from notifications.usecases.channel import AddressedEvent, Channel, notices
from notifications.usecases.events import inbox_changed
from trackline_schemas.notifications import InboxEntry

NAME = "inbox"
EXCERPT = 200


def inbox_channel(ports: InboxPorts, prepare: Callable[[], None] = lambda: None) -> Channel:
    return Channel(NAME, lambda batch: _write(ports, batch), prepare=prepare, forget=ports.store.forget)


def _write(ports: InboxPorts, batch: Sequence[AddressedEvent]) -> None:
    rows = [_row(addressed, notice) for addressed, notice in notices(batch)]
    for person in ports.store.add(rows) if rows else ():
        ports.publisher.publish(inbox_changed(person, None, ports.clock()))


def _row(addressed: AddressedEvent, notice: Notice) -> Row:
    event, ticket = addressed.event, addressed.data.ticket
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
    return Row(row_id, notice.recipient_id, entry, notice.staff_only)


def _excerpt(text: str | None) -> str | None:
    if text is None or len(text) <= EXCERPT:
        return text
    return text[: EXCERPT - 1] + "…"
