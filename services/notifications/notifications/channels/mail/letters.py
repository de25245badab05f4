"""Letters are mails that belong to no ticket: invitations, password links, account notices and test mails."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from notifications.channels.mail.payload import NAME, Letter, Purpose
from notifications.channels.mail.ports import MailPorts
from notifications.domain.delivery import Delivery
from trackline_chassis.sealing import Seal
from trackline_schemas.events import Event, MailRequested


def write_letters(ports: MailPorts, events: Sequence[Event]) -> None:
    """Queues a letter for each mail.requested.v1 event that is not a replay."""
    now = ports.clock()
    asked = [(event, MailRequested.model_validate(event.data)) for event in events if not event.replay]
    ports.deliveries.add(
        [
            with_link(
                letter(event.id, mail.recipient_id, event.actor, mail.purpose, now, mail.expires_at),
                mail.url,
                ports.seal,
            )
            for event, mail in asked
        ]
    )


def letter(
    cause: str,
    recipient_id: str,
    actor_id: str,
    purpose: Purpose,
    now: datetime,
    expires_at: datetime | None = None,
    address: str | None = None,
) -> Delivery:
    """Returns a letter. `cause` is the id of the event or command, so that a repeat creates no second letter. Without
    `address` it goes to the first address that the recipient has when it is sent."""
    return Delivery(
        id=f"{cause}:{recipient_id}:{NAME}",
        channel=NAME,
        recipient_id=recipient_id,
        actor_id=actor_id,
        payload=Letter(purpose, address).to_stored(),
        due_at=now,
        created_at=now,
        updated_at=now,
        expires_at=expires_at,
    )


def with_link(row: Delivery, link: str, seal: Seal) -> Delivery:
    return replace(row, secret=seal.seal(row.id, link))
