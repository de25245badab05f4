"""What the use cases need from outside. Adapters and tests' fakes obey the same contract tests."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from tickets.domain.ticket import Ticket
from trackline_core.outbox import CommandRecord
from trackline_core.records.sync import Records
from trackline_core.team import TeamStore
from trackline_schemas.events import Event
from trackline_schemas.filters import Filter
from trackline_schemas.ticket.views import TicketView

SortField = Literal["updated_at", "created_at", "priority", "number"]
# (sort key, id) of the row before the page; a number's sort key is the counter in it.
Position = tuple[Any, str]


class Moved(Exception):
    """Somebody else saved first: load again and decide again."""


Unique = Literal["id", "number", "external_ref"]


class Taken(Exception):
    """Another document has this unique value."""

    def __init__(self, field: Unique) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Done:
    """A command that was carried out, and the version that it led to."""

    hash: bytes
    version: int


@dataclass(frozen=True)
class Order:
    field: SortField
    descending: bool


@dataclass(frozen=True)
class Stored:
    """A ticket as it was read in one go. `done` holds its latest commands, `pending` its events that may not be in the
    log yet; `create_hash` is the hash of the body that opened it."""

    ticket: Ticket
    create_hash: bytes
    done: Mapping[UUID, Done] = field(default_factory=dict)
    pending: Sequence[Event] = ()


class TicketStore(Protocol):
    """A ticket that was purged is found by its id only, until it is removed."""

    def by_id(self, ticket_id: str) -> Stored | None: ...
    def by_number(self, number: str) -> Stored | None: ...
    def by_ref(self, source: str, external_ref: str) -> Stored | None: ...
    def next_serial(self) -> int:
        """1001 first, never the same twice; gaps are fine."""
        ...

    def insert(self, ticket: Ticket, events: Sequence[Event], create_hash: bytes) -> None:
        """Raises Taken: id, number or external_ref."""
        ...

    def save(self, before: Ticket, after: Ticket, events: Sequence[Event], command: CommandRecord | None) -> None:
        """Raises Moved unless the stored version is that of `before`."""
        ...

    def events(self, stored: Stored, after: int = 0) -> Iterator[Event]:
        """Log ∪ pending in order of sequence, each once: `after` < sequence ≤ the version that was read."""
        ...

    def of_source(self, source: str, limit: int) -> list[Stored]:
        """Those that were not purged."""
        ...

    def remove_purged(self, source: str, limit: int) -> int:
        """Removes tickets that were purged, with their log, once the bus has their last event. Says how many went."""
        ...

    def left_of(self, source: str) -> int:
        """Tickets of the source, purged ones included while they are not removed."""
        ...

    def lives(self, source: str, external_ref: str) -> int:
        """How many tickets with this reference were removed so far."""
        ...

    def attached(self, ids: Collection[str]) -> set[str]:
        """Those of the files that an event in the log names."""
        ...

    def find(self, filter: Filter, order: Order, after: Position | None, limit: int) -> list[TicketView]: ...
    def count(self, filter: Filter, at_most: int) -> int: ...
    def logged_since(self, since: datetime, filter: Filter, moves: Collection[str]) -> Iterator[Event]:
        """Events that the log took at or after `since`, oldest first, historical ones left out, whose snapshot matches
        or that changed one of the fields in `moves` of a ticket that was there before."""
        ...


class ReplayQueue(Protocol):
    """Jobs that send the log once more to the queue of one consumer."""

    def start(
        self,
        consumer: str,
        from_subject: str | None = None,
        only: Sequence[str] | None = None,
        job_id: str | None = None,
    ) -> str:
        """Returns the id of the job. A `job_id` that is known already starts nothing."""
        ...

    def status(self, job_id: str) -> Mapping[str, Any]:
        """Returns {done, events, subjects}. Raises ServiceError not_found."""
        ...


@dataclass(frozen=True)
class Ports:
    """`records` is kind → its records. `publish` returns whether the broker took the event. `reopen_window` is the time
    after a resolution in which a requester may reopen the ticket."""

    tickets: TicketStore
    records: Mapping[str, Records]
    teams: TeamStore
    replays: ReplayQueue
    publish: Callable[[Event], bool]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    reopen_window: timedelta = timedelta(days=7)
