"""Decides whether a delivery may still be sent. The senders of all channels check this before each attempt."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.domain.delivery import Delivery, Outcome, try_again
from notifications.usecases.pace import Pace
from notifications.usecases.ports import Ports
from trackline_schemas.events import UserChanged


def refusal(ports: Ports, rows: Sequence[Delivery], recipient: UserChanged | None, pace: Pace) -> Outcome | None:
    """Returns the outcome of deliveries that must not be sent now, or None if they may be sent.

    Who may read a ticket is decided when its event is consumed (usecases/audience.py), and not checked again. A rule
    about what the recipient may still read when the delivery is sent belongs here."""
    now = ports.clock()
    if any(row.expires_at and row.expires_at <= now for row in rows):
        return Outcome("failed", "The time for this message was over before it could be sent.")
    if recipient is None:
        return _unknown(rows, now, pace)
    if not recipient.active:
        return Outcome("failed", "The recipient's account is not active.")
    return None


def _unknown(rows: Sequence[Delivery], now: datetime, pace: Pace) -> Outcome:
    # The event of a ticket may arrive before the event about its requester.
    if now - min(row.created_at for row in rows) > timedelta(seconds=pace.address_wait):
        return Outcome("failed", "Nothing is known of the recipient: no user.changed event has arrived.")
    return try_again(rows, "Nothing is known of the recipient yet.", now, timedelta(seconds=pace.first_retry))
