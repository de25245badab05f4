"""The life of a mail delivery, as data: every store obeys this table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from notifications.domain.audience import File, News

State = Literal["queued", "claimed", "handing", "sent", "failed", "unknown"]
Settled = Literal["queued", "sent", "failed", "unknown"]

# From where a sender that holds the claim may write its outcome. A sender that was slow, not dead, still knows what
# the server said: it may correct unknown to sent, but nothing ever leads from unknown back to the queue.
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
    """One event to one person by mail. `due_at` is when it goes at the latest; until then it waits for company.
    `until` ends the claim named `claim`; `attempts` counts the claims. `sequence` is the event's in its ticket.
    A letter belongs to no ticket: `ticket_id` is empty. Its `link` lets somebody in and is forgotten once the mail's
    fate is known; after `expires_at` nobody tries any more."""

    id: str
    ticket_id: str
    number: str
    title: str
    sequence: int
    recipient_id: str
    actor_id: str
    news: tuple[News, ...]
    text: str | None
    resolution: str | None
    alone: bool
    due_at: datetime
    created_at: datetime
    updated_at: datetime
    state: State = "queued"
    attempts: int = 0
    claim: str | None = None
    until: datetime | None = None
    mail_id: str | None = None
    address: str | None = None
    subject: str = ""
    error: str | None = None
    link: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    files: tuple[File, ...] = ()

    @property
    def letter(self) -> bool:
        return not self.ticket_id


@dataclass(frozen=True)
class Outcome:
    """`due_at` is for queued only: when to try again."""

    state: Settled
    error: str | None = None
    due_at: datetime | None = None


def one_mail(queued: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Which of the queued deliveries of one ticket and person go into the next mail: in the order of events, a public
    reply by itself, other changes together. One that failed waits for its own time, the rest goes on."""
    ready = [row for row in queued if row.attempts == 0 or row.due_at <= now]
    ready.sort(key=lambda row: row.sequence)
    if not ready or ready[0].alone:
        return ready[:1]
    end = next((place for place, row in enumerate(ready) if row.alone), len(ready))
    return ready[:end]


def try_again(rows: Sequence[Delivery], error: str, now: datetime, first_wait: timedelta) -> Outcome:
    """Waits twice as long each time, up to an hour, and gives up after two days, or when the mail's time is over."""
    if now - min(row.created_at for row in rows) > GIVE_UP_AFTER:
        return Outcome("failed", f"Given up after two days. {error}")
    attempts = max(row.attempts for row in rows)
    wait = min(LONGEST_WAIT, first_wait * 2 ** min(attempts - 1, 20))
    if any(row.expires_at and row.expires_at < now + wait for row in rows):
        return Outcome("failed", error)
    return Outcome("queued", error, now + wait)
