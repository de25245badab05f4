"""What a channel is to the rest of the service. docs/adding-a-channel.md shows how to add one."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notifications.domain.audience import Audience, Notice
from notifications.domain.delivery import Delivery, Payload, Receipt
from notifications.domain.text import one_line
from trackline_schemas.events import Event, TicketEvent, UserChanged


class TransportError(Exception):
    """Says what went wrong; the queue decides whether to try again. `permanent`: another attempt would fail too.
    `handed`: the other side may have the message, nobody knows."""

    def __init__(self, message: str, *, permanent: bool = False, handed: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.handed = handed


@dataclass(frozen=True)
class Bundle:
    """What goes out in one message: deliveries of one ticket and recipient, in the order of events. `names` is person
    id → display name of those who caused them, as far as known."""

    rows: Sequence[Delivery]
    recipient: UserChanged
    names: Mapping[str, str]


class Handover(Protocol):
    @property
    def receipt(self) -> Receipt: ...

    def hand(self) -> None:
        """Gives the message away and waits for the other side's answer. Raises TransportError."""


class Session(Protocol):
    def prepare(self, bundle: Bundle) -> AbstractContextManager[Handover]:
        """Does all that may be repeated without harm, so that `hand` has little left to do. Raises TransportError on
        entering only, because nothing that happens on leaving can undo a hand-over."""


class Transport(Protocol):
    def session(self) -> AbstractContextManager[Session]:
        """Opens what several messages share, such as a connection. The call raises TransportError if nothing can be
        sent now; the context manager itself raises nothing."""


@dataclass(frozen=True)
class Told:
    """A ticket event, its data, and who hears of it."""

    event: Event
    data: TicketEvent
    audience: Audience


@dataclass(frozen=True)
class Channel:
    """`write` keeps what the channel has to say of ticket events: deliveries in the queue, or rows of its own. Events
    come more than once, so that it must insert by an id which follows from event and recipient.

    `transport` hands over what is due, in `senders` loops per process; a channel without one is done by writing.
    `handlers` is event type → function, for events that concern this channel alone. `prepare` creates indexes. `forget`
    removes the channel's own rows of tickets that were purged; the queue's rows go without it."""

    name: str
    write: Callable[[Sequence[Told]], None]
    transport: Transport | None = None
    senders: int = 1
    handlers: Mapping[str, Callable[[Sequence[Event]], None]] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    forget: Callable[[Collection[str]], None] = lambda ticket_ids: None


def notices(batch: Sequence[Told]) -> Iterator[tuple[Told, Notice]]:
    for told in batch:
        for notice in told.audience.notices:
            yield told, notice


def ticket_delivery(
    channel: str, told: Told, notice: Notice, payload: Payload, now: datetime, due_at: datetime
) -> Delivery:
    ticket = told.data.ticket
    return Delivery(
        id=f"{told.event.id}:{notice.recipient_id}:{channel}",
        channel=channel,
        recipient_id=notice.recipient_id,
        actor_id=told.event.actor,
        payload=payload,
        due_at=due_at,
        created_at=now,
        updated_at=now,
        ticket_id=ticket.id,
        number=ticket.number,
        sequence=told.event.sequence,
        alone=notice.alone,
        subject=one_line(f"[{ticket.number}] {ticket.title}"),
    )
