"""What the use cases need from outside. Adapters and the fakes of the tests obey the same contract tests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifications.domain.delivery import Delivery, Outcome, Receipt, State
from notifications.usecases.channel import Channel
from trackline_schemas.events import Event, OrganisationChanged, TeamChanged, UserChanged


class PersonStore(Protocol):
    def apply(self, person: UserChanged, sequence: int) -> None:
        """Keeps the person unless a newer sequence is kept already."""

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        """Leaves out those who are not known."""

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        """Active people with a role in one of the teams."""


class TeamStore(Protocol):
    def apply(self, team: TeamChanged, sequence: int) -> None:
        """Keeps the team unless a newer sequence is kept already."""

    def confidential(self) -> Mapping[str, bool]:
        """Team id → whether it is confidential, of all known teams."""


class OrganisationStore(Protocol):
    def apply(self, organisation: OrganisationChanged, sequence: int) -> None:
        """Keeps it unless a newer sequence is kept already."""

    def name(self) -> str | None: ...


class ParkedStore(Protocol):
    """Ticket events that name somebody who, as far as is known, may not read the ticket. They wait for ten minutes."""

    def park(self, event: Event, person_id: str, team_id: str | None) -> None: ...

    def waiting_for(self, people: Collection[str], teams: Collection[str]) -> Sequence[Event]: ...

    def forget(self, ticket_ids: Collection[str]) -> None: ...


class PurgedStore(Protocol):
    """Tickets that are gone, remembered for as long as an old event of them may still come."""

    def remember(self, ticket_ids: Collection[str]) -> None: ...

    def among(self, ticket_ids: Collection[str]) -> set[str]: ...


class DeliveryStore(Protocol):
    def add(self, rows: Sequence[Delivery]) -> None:
        """Inserts by id; a row that exists stays as it is."""

    def claim(self, channel: str, claim: str, now: datetime, until: datetime) -> Sequence[Sequence[Delivery]]:
        """Claims under this name what is due, for up to ten recipients, longest due first. Each item holds the rows of
        one message (domain.delivery.take_together)."""

    def hand(self, rows: Sequence[Delivery], receipt: Receipt, now: datetime, until: datetime) -> int:
        """Marks those as handing that their claim still holds, and returns how many these were."""

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        """Writes the outcome on those that their claim holds, as far as SETTLES_FROM allows. A secret is kept with
        queued only."""

    def recover(self, now: datetime) -> int:
        """Turns expired claimed into queued and expired handing into unknown. Returns how many became unknown."""

    def page(self, state: State | None, size: int, after: str | None) -> tuple[list[Delivery], str | None]:
        """Newest first. Raises ServiceError invalid_cursor."""

    def last_test(self, channel: str) -> Delivery | None:
        """The newest delivery of the channel whose payload says `"purpose": "test"`."""

    def counts(self) -> Mapping[str, int]:
        """State → number of rows, of all states but sent."""

    def oldest_queued(self) -> datetime | None:
        """When the row that has waited longest was created."""

    def forget(self, ticket_ids: Collection[str]) -> None:
        """Removes the rows of these tickets, whatever their state."""


class Publisher(Protocol):
    def publish(self, event: Event) -> object:
        """Best effort."""


@dataclass(frozen=True)
class Ports:
    """`channels` are in the order in which they write."""

    people: PersonStore
    teams: TeamStore
    organisation: OrganisationStore
    parked: ParkedStore
    purged: PurgedStore
    deliveries: DeliveryStore
    channels: Sequence[Channel]
    clock: Callable[[], datetime]
