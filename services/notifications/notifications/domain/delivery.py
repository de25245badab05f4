"""The queue's mechanics as data: the states of a delivery, which change is allowed, what goes out together and when to
try again. Nothing here knows what a channel hands over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

State = Literal["queued", "claimed", "handing", "sent", "failed", "unknown"]
Settled = Literal["queued", "sent", "failed", "unknown"]
# What a channel hands over, in plain values that BSON takes. Only the channel reads it.
Payload = Mapping[str, Any]

# The states from which a sender that holds the claim may write its outcome. A sender that was slow, but not dead, still
# knows what the other side answered, so it may correct unknown to sent. Nothing ever leads from unknown to the queue.
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

    Deliveries with the same channel, ticket and recipient may share one hand-over, in the order of `sequence`, which is
    the event's sequence in its ticket; one that is `alone` shares none. `due_at` is when it goes out at the latest;
    until then it waits for company. `until` ends the claim named `claim`; `attempts` counts the claims. Nobody tries
    after `expires_at`. `secret` lets somebody in and is forgotten once the fate of the delivery is known.
    `message_id`, `address` and `subject` are the Receipt's; until then `subject` is a preview for administrators."""

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
    """How to recognise a message later: its id at the receiving side, where it went, and one line of text."""

    message_id: str
    address: str
    subject: str


@dataclass(frozen=True)
class Outcome:
    """`due_at` says when to try again and belongs to queued only."""

    state: Settled
    error: str | None = None
    due_at: datetime | None = None


def take_together(queued: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Chooses from the queued deliveries of one channel, ticket and recipient those of the next hand-over, in the order
    of events. A delivery that is alone goes by itself; a delivery that failed waits for its own time and does not hold
    up the others."""
    ready = [row for row in queued if row.attempts == 0 or row.due_at <= now]
    ready.sort(key=lambda row: row.sequence)
    if not ready or ready[0].alone:
        return ready[:1]
    end = next((place for place, row in enumerate(ready) if row.alone), len(ready))
    return ready[:end]


def try_again(rows: Sequence[Delivery], error: str, now: datetime, first_wait: timedelta) -> Outcome:
    """Doubles the wait each time, up to an hour. Gives up after two days, or when a delivery would expire meanwhile."""
    if now - min(row.created_at for row in rows) > GIVE_UP_AFTER:
        return Outcome("failed", f"Given up after two days. {error}")
    attempts = max(row.attempts for row in rows)
    wait = min(LONGEST_WAIT, first_wait * 2 ** min(attempts - 1, 20))
    if any(row.expires_at and row.expires_at < now + wait for row in rows):
        return Outcome("failed", error)
    return Outcome("queued", error, now + wait)
