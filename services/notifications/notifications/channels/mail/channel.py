"""The mail channel: it queues a delivery for each notice that is also sent by mail, and for letters."""

from collections.abc import Sequence
from datetime import timedelta

from notifications.channels.mail.account_notices import write_account_notices
from notifications.channels.mail.letters import write_letters
from notifications.channels.mail.payload import NAME, TicketNotice
from notifications.channels.mail.ports import MailPorts
from notifications.usecases.channel import AddressedEvent, Channel, Transport, notices, ticket_delivery
from trackline_schemas.events import MAIL_REQUESTED, USER_CHANGED


def mail_channel(ports: MailPorts, transport: Transport, collapse_seconds: float, senders: int) -> Channel:
    """`collapse_seconds` is how long a change waits for others to share its mail. A public reply is sent at once."""
    collapse = timedelta(seconds=collapse_seconds)
    return Channel(
        NAME,
        lambda batch: _write(ports, batch, collapse),
        transport=transport,
        senders=senders,
        handlers={
            MAIL_REQUESTED: lambda events: write_letters(ports, events),
            # The handlers of channels come before those that save the people.
            USER_CHANGED: lambda events: write_account_notices(ports, events),
        },
    )


def _write(ports: MailPorts, batch: Sequence[AddressedEvent], collapse: timedelta) -> None:
    now = ports.clock()
    rows = [
        ticket_delivery(
            NAME,
            addressed,
            notice,
            TicketNotice.of(addressed.data.ticket.title, notice).to_stored(),
            now,
            due_at=now if notice.alone else now + collapse,
        )
        for addressed, notice in notices(batch)
        if notice.mail
    ]
    if rows:
        ports.deliveries.add(rows)
