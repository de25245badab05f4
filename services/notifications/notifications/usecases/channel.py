"""The interface between channels and the rest of the service. docs/adding-a-channel.md shows how to add a channel."""

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
    """Says what went wrong. The queue decides whether to try again. `permanent` means that another attempt would also
    fail, and `handed` that the other side may or may not have the message."""

    def __init__(self, message: str, *, permanent: bool = False, handed: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.handed = handed


@dataclass(frozen=True)
class Bundle:
    """The deliveries for one message, which have the same ticket and recipient, in the order of events. `names` is
    person id → display name, for the known people who caused them."""

    rows: Sequence[Delivery]
    recipient: UserChanged
    names: Mapping[str, str]


class Handover(Protocol):
    @property
    def receipt(self) -> Receipt: ...

    def hand(self) -> None:
        """Hands the message over and waits for the answer of the other side. Raises TransportError."""


class Session(Protocol):
    def prepare(self, bundle: Bundle) -> AbstractContextManager[Handover]:
        """Does everything that can be repeated without harm, so that `hand` has little left to do. Only entering the
        context raises TransportError, because nothing that happens on leaving can undo a hand-over."""


class Transport(Protocol):
    def session(self) -> AbstractContextManager[Session]:
        """Opens what several messages share, such as a connection. The call raises TransportError if nothing can be
        sent now. The context manager itself raises nothing."""


@dataclass(frozen=True)
class AddressedEvent:
    """A ticket event, its data, and who is notified of it."""

    event: Event
    data: TicketEvent
    audience: Audience


@dataclass(frozen=True)
class Channel:
    """`write` saves the notifications of ticket events, as deliveries in the queue or as rows of the channel's own.
    Events may arrive more than once, so `write` must derive the id of a row from event and recipient. The queue asks at
    each attempt whether the recipient may still read the ticket. A channel that delivers by writing must ask whenever
    somebody reads (see usecases/permission.py).

    `transport` hands over deliveries that are due, in `senders` loops per process. A channel without a transport
    delivers by writing. `handlers` is event type → function, for events that concern this channel alone. `prepare`
    creates indexes. `forget` removes the channel's own rows of purged tickets. The service itself removes rows of the
    queue.
    """

    name: str
    write: Callable[[Sequence[AddressedEvent]], None]
    transport: Transport | None = None
    senders: int = 1
    handlers: Mapping[str, Callable[[Sequence[Event]], None]] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    forget: Callable[[Collection[str]], None] = lambda ticket_ids: None


def notices(batch: Sequence[AddressedEvent]) -> Iterator[tuple[AddressedEvent, Notice]]:
    for addressed in batch:
        for notice in addressed.audience.notices:
            yield addressed, notice


def ticket_delivery(
    channel: str, addressed: AddressedEvent, notice: Notice, payload: Payload, now: datetime, due_at: datetime
) -> Delivery:
    ticket = addressed.data.ticket
    return Delivery(
        id=f"{addressed.event.id}:{notice.recipient_id}:{channel}",
        channel=channel,
        recipient_id=notice.recipient_id,
        actor_id=addressed.event.actor,
        payload=payload,
        due_at=due_at,
        created_at=now,
        updated_at=now,
        ticket_id=ticket.id,
        number=ticket.number,
        sequence=addressed.event.sequence,
        staff_only=notice.staff_only,
        alone=notice.alone,
        subject=one_line(f"[{ticket.number}] {ticket.title}"),
    )
