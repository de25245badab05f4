"""Mail: a delivery for each notice that is worth a mail, and the letters."""

from collections.abc import Sequence
from datetime import timedelta

from notifications.channels.mail.letters import write_letters
from notifications.channels.mail.payload import NAME, TicketNotice
from notifications.channels.mail.ports import MailPorts
from notifications.usecases.channel import Channel, Told, Transport, notices, ticket_delivery
from trackline_schemas.events import MAIL_REQUESTED


def mail_channel(ports: MailPorts, transport: Transport, collapse_seconds: float, senders: int) -> Channel:
    """`collapse_seconds` is how long a change waits for company in one mail; a public reply goes at once."""
    collapse = timedelta(seconds=collapse_seconds)
    return Channel(
        NAME,
        lambda batch: _write(ports, batch, collapse),
        transport=transport,
        senders=senders,
        handlers={MAIL_REQUESTED: lambda events: write_letters(ports, events)},
    )


def _write(ports: MailPorts, batch: Sequence[Told], collapse: timedelta) -> None:
    now = ports.clock()
    rows = [
        ticket_delivery(
            NAME,
            told,
            notice,
            TicketNotice.of(told.data.ticket.title, notice).stored(),
            now,
            due_at=now if notice.alone else now + collapse,
        )
        for told, notice in notices(batch)
        if notice.mail
    ]
    if rows:
        ports.deliveries.add(rows)
