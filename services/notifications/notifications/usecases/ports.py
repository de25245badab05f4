"""What the use cases need from outside. The adapters and the fakes of the tests pass the same contract tests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifications.domain.delivery import Delivery, Outcome, Receipt, State
from notifications.usecases.channel import Channel
from trackline_schemas.events import Event, OrganisationChanged, TeamChanged, UserChanged

# team_id and requester_id, as trackline_schemas.access.DECIDING names them.
TicketRights = Mapping[str, str | None]


class PersonStore(Protocol):
    def apply(self, person: UserChanged, sequence: int) -> None:
        """Ignores a sequence that is not newer than the stored one."""

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        """Leaves out unknown ids."""

    def sequences(self, ids: Collection[str]) -> Mapping[str, int]:
        """Returns id → sequence of the stored people. Leaves out unknown ids."""

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        """Returns the active people with a role in one of the teams."""


class TeamStore(Protocol):
    def apply(self, team: TeamChanged, sequence: int) -> None:
        """Ignores a sequence that is not newer than the stored one."""


class OrganisationStore(Protocol):
    def apply(self, organisation: OrganisationChanged, sequence: int) -> None:
        """Ignores a sequence that is not newer than the stored one."""

    def name(self) -> str | None: ...


class ParkedStore(Protocol):
    """Ticket events for somebody who may not read the ticket, as far as this service knows. They wait for ten
    minutes."""

    def park(self, event: Event, person_id: str, team_id: str | None) -> None: ...

    def waiting_for(self, people: Collection[str], teams: Collection[str]) -> Sequence[Event]: ...

    def forget(self, ticket_ids: Collection[str]) -> None: ...


class PurgedStore(Protocol):
    """The ids of purged tickets, which are kept for as long as an old event of them may still arrive."""

    def remember(self, ticket_ids: Collection[str]) -> None: ...

    def among(self, ticket_ids: Collection[str]) -> set[str]: ...


class TicketStore(Protocol):
    """The fields of each ticket that decide who may read it (see trackline_schemas.access). A ticket that is not known
    was purged, or the replay that fills the store has not reached it yet."""

    def apply(self, tickets: Mapping[str, tuple[int, TicketRights]]) -> None:
        """`tickets` is ticket id → (sequence, fields). Ignores a sequence that is not newer than the stored one."""

    def forget(self, ids: Collection[str]) -> None: ...


@dataclass(frozen=True)
class Known:
    """What was known at one moment of some people and tickets, and of all teams: whether each is confidential. People
    and tickets that are not known are left out."""

    people: Mapping[str, UserChanged]
    tickets: Mapping[str, TicketRights]
    teams: Mapping[str, bool]


class KnownStore(Protocol):
    def read(self, people: Collection[str], tickets: Collection[str]) -> Known:
        """Reads people, tickets and teams by one question, for what is asked before each message."""


class FillStore(Protocol):
    """Remembers which replays have filled the store of tickets."""

    def claim(self, now: datetime, until: datetime) -> bool:
        """Returns whether the caller must ask for a replay now. Nobody else must until that time."""

    def finish(self, replay_id: str, next_at: datetime) -> None:
        """Counts a finished replay once. The next one, if one is left, is not due before `next_at`."""


class DeliveryStore(Protocol):
    def add(self, rows: Sequence[Delivery]) -> None:
        """Inserts the rows whose id is new."""

    def claim(self, channel: str, claim: str, now: datetime, until: datetime) -> Sequence[Sequence[Delivery]]:
        """Claims due rows under the name `claim`, for up to ten recipients, longest due first. Each item has the rows
        of one message (see domain.delivery.take_together)."""

    def hand(self, rows: Sequence[Delivery], receipt: Receipt, now: datetime, until: datetime) -> int:
        """Marks the rows as handing if their claim is still valid. Returns how many it marked."""

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        """Writes the outcome to the rows whose claim is still valid, as far as SETTLES_FROM allows. Removes the secret,
        unless the outcome is queued."""

    def recover(self, now: datetime) -> Sequence[str]:
        """Turns expired rows from claimed to queued, and from handing to unknown. Returns the ids of
        those that became unknown."""

    def page(self, state: State | None, size: int, after: str | None) -> tuple[list[Delivery], str | None]:
        """Returns the newest rows first, and the cursor of the next page. Raises ServiceError invalid_cursor."""

    def last_test(self, channel: str) -> Delivery | None:
        """Returns the newest delivery of the channel whose payload has `"purpose": "test"`."""

    def counts(self) -> Mapping[str, int]:
        """Maps each state except sent to the number of its rows."""

    def oldest_queued(self) -> datetime | None:
        """Returns when the oldest queued row was created."""

    def forget(self, ticket_ids: Collection[str]) -> None:
        """Removes the rows of these tickets, in any state."""


class Publisher(Protocol):
    def publish(self, event: Event) -> object:
        """Publishes an event that may get lost."""


@dataclass(frozen=True)
class Ports:
    """`channels` write in this order."""

    people: PersonStore
    teams: TeamStore
    organisation: OrganisationStore
    parked: ParkedStore
    purged: PurgedStore
    deliveries: DeliveryStore
    tickets: TicketStore
    known: KnownStore
    fills: FillStore
    publisher: Publisher
    channels: Sequence[Channel]
    clock: Callable[[], datetime]
