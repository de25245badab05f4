"""The rules of the queue: the states of a delivery and the allowed changes, which deliveries share a message, and when
to try again. The content of a delivery is up to its channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

State = Literal["queued", "claimed", "handing", "sent", "failed", "unknown"]
Settled = Literal["queued", "sent", "failed", "unknown"]
# The content that a channel hands over, as plain values that BSON can store. Only the channel reads it.
Payload = Mapping[str, Any]

# The states from which a sender that holds the claim may write its outcome. A sender that was only slow still gets the
# answer of the other side, so it may correct unknown to sent. No delivery goes from unknown back to the queue.
SETTLES_FROM: Mapping[Settled, tuple[State, ...]] = {
    "queued": ("claimed", "handing"),
    "failed": ("claimed", "handing"),
    "unknown": ("handing",),
    "sent": ("handing", "unknown"),
}
GIVE_UP_AFTER = timedelta(days=2)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Delivery:
    """One payload for one person by one channel.

    `staff_only` means that only staff of the ticket may read the payload, and not its requester.
    Deliveries with the same channel, ticket and recipient may share one message, in the order of `sequence`, which is
    the event's sequence in its ticket. A delivery that is `alone` shares none. Until `due_at` it waits for others to
    share its message. `until` is when the claim named `claim` ends, and `attempts` counts the claims. There is no
    attempt after `expires_at`. `secret` gives access to an account. It is encrypted, and is removed once the outcome of
    the delivery is known. `message_id`, `address` and `subject` are those of the Receipt. Before, `subject` is a
    preview for administrators.
    """

    id: str
    channel: str
    recipient_id: str
    actor_id: str
    payload: Payload
    due_at: datetime
    created_at: datetime
    updated_at: datetime
    ticket_id: str | None = None
    number: str | None = None
    sequence: int = 0
    staff_only: bool = False
    alone: bool = True
    expires_at: datetime | None = None
    secret: str | None = field(default=None, repr=False)
    state: State = "queued"
    attempts: int = 0
    claim: str | None = None
    until: datetime | None = None
    message_id: str | None = None
    address: str | None = None
    subject: str = ""
    error: str | None = None


@dataclass(frozen=True)
class Receipt:
    """How to recognise a message later: its id on the receiving side, its address, and one line of text."""

    message_id: str
    address: str
    subject: str


@dataclass(frozen=True)
class Outcome:
    """`due_at` is when to try again, for the state queued only. `refused` marks a failure by our own rules, which must
    alarm nobody."""

    state: Settled
    error: str | None = None
    due_at: datetime | None = None
    refused: bool = False


def take_together(queued: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Returns the deliveries for the next message, in the order of events. `queued` are those of one channel, ticket
    and recipient. A delivery that is alone gets its own message. A delivery that failed waits for its own time, without
    delaying the others."""
    ready = [row for row in queued if row.attempts == 0 or row.due_at <= now]
    ready.sort(key=lambda row: row.sequence)
    if not ready or ready[0].alone:
        return ready[:1]
    end = next((place for place, row in enumerate(ready) if row.alone), len(ready))
    return ready[:end]


def try_again(rows: Sequence[Delivery], error: str, now: datetime, first_wait: timedelta) -> Outcome:
    """Doubles the wait each time, up to an hour. Gives up after two days, or if a delivery would expire before the next
    attempt."""
    if now - min(row.created_at for row in rows) > GIVE_UP_AFTER:
        return Outcome("failed", f"Given up after two days. {error}")
    attempts = max(row.attempts for row in rows)
    wait = min(LONGEST_WAIT, first_wait * 2 ** min(attempts - 1, 20))
    if any(row.expires_at and row.expires_at < now + wait for row in rows):
        return Outcome("failed", error)
    return Outcome("queued", error, now + wait)
