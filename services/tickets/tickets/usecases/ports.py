"""What the use cases need from outside. The adapters and the fakes of the tests pass the same contract tests."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from tickets.domain.ticket import Ticket
from trackline_core import team
from trackline_core.outbox import CommandRecord
from trackline_core.records.sync import Records
from trackline_schemas.events import Event, UserChanged
from trackline_schemas.filters import Filter
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer

SortField = Literal["updated_at", "created_at", "priority", "number"]
# (sort key, id) of the last row before the page. The sort key of a ticket number is the serial in it.
Position = tuple[Any, str]
# (person, team) of tickets. The team is None for tickets without one.
Holder = tuple[str, str | None]


Unique = Literal["id", "number", "external_ref"]


class Taken(Exception):
    """Another ticket has the same value of a unique field."""

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
    """A ticket as one read returned it. `done` has its latest commands, and `pending` its events that may not be in the
    log yet. `create_hash` is the hash of the body that opened it."""

    ticket: Ticket
    create_hash: bytes
    done: Mapping[UUID, Done] = field(default_factory=dict)
    pending: Sequence[Event] = ()


class TicketStore(Protocol):
    """A purged ticket is found by its id only, until it is removed."""

    def by_id(self, ticket_id: str) -> Stored | None: ...
    def by_number(self, number: str) -> Stored | None: ...
    def views(self, numbers: Sequence[str]) -> list[TicketView | None]:
        """Returns the tickets in the order of their numbers."""
        ...

    def by_ref(self, source: str, external_ref: str) -> Stored | None: ...
    def next_serial(self) -> int:
        """Returns 1001 first, and never the same number twice. There may be gaps."""
        ...

    def insert(self, ticket: Ticket, events: Sequence[Event], create_hash: bytes) -> None:
        """Raises Taken."""
        ...

    def turn(self, number: str) -> AbstractContextManager[None]:
        """Lets those who want to change a ticket load and save it one after another."""
        ...

    def save(self, before: Ticket, after: Ticket, events: Sequence[Event], command: CommandRecord | None) -> None:
        """Raises VersionConflict unless the stored version is that of `before`."""
        ...

    def events(self, stored: Stored, after: int = 0) -> Iterator[Event]:
        """Yields the logged and pending events with `after` < sequence ≤ the version that was read, in order, each
        once."""
        ...

    def latest_events(self, stored: Stored, before: int | None = None) -> Iterator[Event]:
        """Yields the same with sequence < `before`, newest first."""
        ...

    def find_by_source(self, source: str, limit: int) -> list[Stored]:
        """Leaves out purged tickets."""
        ...

    def holders(
        self, *, people: Collection[str] | None = None, teams: Collection[str] | None = None
    ) -> Collection[Holder]:
        """Returns the holders of active tickets: who has them, or had them until they could not answer any more. With
        `people` or `teams`, only these are looked at."""
        ...

    def find_assigned(self, person_id: str, team_id: str | None, limit: int) -> list[Stored]:
        """Returns active tickets of the team that the person has."""
        ...

    def find_left_by(self, person_id: str, team_id: str | None, limit: int) -> list[Stored]:
        """Returns active tickets of the team that nobody has since the person could not answer them any more."""
        ...

    def remove_purged(self, source: str, limit: int) -> int:
        """Removes purged tickets and their log, if their last event is on the bus. Returns how many it removed."""
        ...

    def count_by_source(self, source: str) -> int:
        """Includes purged tickets that were not removed yet."""
        ...

    def count_removed(self, source: str, external_ref: str) -> int:
        """Returns how many tickets with this reference were removed so far."""
        ...

    def find_attached(self, ids: Collection[str]) -> set[str]:
        """Returns the ids of the files that an event in the log names."""
        ...

    def find(self, filter: Filter, order: Order, after: Position | None, limit: int) -> list[TicketView]: ...
    def count(self, filter: Filter, at_most: int) -> int: ...
    def tags(self, filter: Filter, begins: str, limit: int) -> Iterator[list[str]]:
        """Yields the tags of `limit` tickets that have a tag which begins with this, in any case."""
        ...

    def logged_since(self, since: datetime, filter: Filter, moves: Collection[str]) -> Iterator[Event]:
        """Yields the events that were logged at or after `since`, oldest first, if their ticket matches or they changed
        one of the fields in `moves` of an existing ticket. Leaves out historical events."""
        ...


class TeamStore(team.TeamStore, Protocol):
    def replies_assign(self, team_id: str | None) -> bool:
        """Returns whether an agent who replies to a ticket that nobody has becomes its assignee. It is so without a
        team, and in a team that is not known."""
        ...


@dataclass(frozen=True)
class Colleague:
    """A person with their rights. `at_work` is false for who is not active, or is no agent. `successor_id` takes over
    their tickets then. `worked` tells whether they were an active agent at any time."""

    viewer: Viewer
    at_work: bool
    worked: bool
    successor_id: str | None


def at_work(person: UserChanged) -> bool:
    return person.active and (person.admin or bool(person.teams))


class PersonStore(Protocol):
    """What this service knows of people. It may lag behind."""

    def apply(self, person: UserChanged, sequence: int) -> None:
        """Ignores a sequence that is not newer than the stored one."""
        ...

    def known(self) -> bool:
        """Returns whether anybody is known."""
        ...

    def find(self, person_id: str) -> Colleague | None: ...


class ImportedSteps(Protocol):
    """The digests of the steps that were imported, as lists that never change. They are kept beside the ticket, because
    a thousand of them would make its document too large."""

    def keep(self, ticket_id: str, list_digest: bytes, digests: Sequence[bytes]) -> None:
        """Does nothing if the list is there already."""
        ...

    def find(self, ticket_id: str, list_digest: bytes) -> Sequence[bytes]:
        """Returns an empty list if it is not there."""
        ...


class ReplayQueue(Protocol):
    """Jobs that send the log again to the queue of one consumer."""

    def start(
        self,
        consumer: str,
        from_subject: str | None = None,
        only: Sequence[str] | None = None,
        job_id: str | None = None,
    ) -> str:
        """Returns the id of the job. Starts nothing if a job with `job_id` exists."""
        ...

    def status(self, job_id: str) -> Mapping[str, Any]:
        """Returns {done, events, subjects}. Raises ServiceError not_found."""
        ...


@dataclass(frozen=True)
class Ports:
    """`records` is kind → its records. `publish` returns whether the broker took the event. `reopen_window` is how long
    after the resolution a requester may reopen a ticket."""

    tickets: TicketStore
    records: Mapping[str, Records]
    teams: TeamStore
    people: PersonStore
    replays: ReplayQueue
    imported_steps: ImportedSteps
    publish: Callable[[Event], bool]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    reopen_window: timedelta = timedelta(days=7)
