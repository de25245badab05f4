"""What the use cases need from outside. Adapters and the fakes of the tests obey the same contract tests."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from notifications.domain.delivery import Delivery, Outcome, State
from trackline_schemas.events import Event, OrganisationChanged, TeamChanged, UserChanged
from trackline_schemas.notifications import InboxEntry


class People(Protocol):
    def apply(self, person: UserChanged, sequence: int) -> None:
        """Keeps the person unless a newer sequence is kept already."""

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        """Those that are known; the others are left out."""

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        """Active people with a role in one of the teams."""


class Teams(Protocol):
    def apply(self, team: TeamChanged, sequence: int) -> None:
        """Keeps the team unless a newer sequence is kept already."""

    def confidential(self) -> Mapping[str, bool]:
        """Team id → whether it is confidential, of all known teams."""


class Organisation(Protocol):
    def apply(self, organisation: OrganisationChanged, sequence: int) -> None:
        """Keeps it unless a newer sequence is kept already."""

    def name(self) -> str | None: ...


class Parked(Protocol):
    """Events that named somebody whom the projections did not let read the ticket, kept for ten minutes."""

    def park(self, event: Event, person_id: str, team_id: str | None) -> None: ...

    def waiting_for(self, people: Collection[str], teams: Collection[str]) -> Sequence[Event]: ...


@dataclass(frozen=True)
class NewEntry:
    """`id` is <event id>:<recipient>:inbox."""

    id: str
    recipient_id: str
    entry: InboxEntry


class InboxStore(Protocol):
    def add(self, entries: Sequence[NewEntry]) -> Collection[str]:
        """Insert-only by id; the recipients for whom something new came in."""

    def page(
        self, recipient_id: str, unread_only: bool, size: int, after: str | None
    ) -> tuple[list[InboxEntry], str | None]:
        """Newest first. Raises ServiceError invalid_cursor."""

    def unread(self, recipient_ids: Collection[str]) -> Mapping[str, int]: ...

    def mark_read(self, recipient_id: str, ids: Sequence[str] | None, ticket_id: str | None) -> None:
        """Of this recipient only: the named entries, those of the ticket, or all."""


class Deliveries(Protocol):
    def add(self, rows: Sequence[Delivery]) -> None:
        """Insert-only by id: what is there stays as it is."""

    def claim(self, claim: str, now: datetime, until: datetime) -> Sequence[Sequence[Delivery]]:
        """For some of those who have something due, the rows of one mail each (domain.delivery.one_mail), now claimed
        under this name. Longest due first."""

    def hand(
        self, rows: Sequence[Delivery], mail_id: str, address: str, subject: str, now: datetime, until: datetime
    ) -> int:
        """Marks those that their claim still holds as handing; returns how many that were."""

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        """Writes the outcome on those that their claim holds, as far as SETTLES_FROM lets it. A link stays with queued
        only."""

    def recover(self, now: datetime) -> int:
        """Expired claimed → queued, expired handing → unknown. Returns how many became unknown."""

    def page(self, state: State | None, size: int, after: str | None) -> tuple[list[Delivery], str | None]:
        """Newest first. Raises ServiceError invalid_cursor."""

    def last_test(self) -> Delivery | None:
        """The newest test mail."""

    def counts(self) -> Mapping[str, int]:
        """State → rows, of all states but sent."""

    def oldest_queued(self) -> datetime | None:
        """When the longest waiting row was created."""


class TransportError(Exception):
    """`permanent`: trying again is of no use. `handed`: the server may have the mail, nobody knows."""

    def __init__(self, message: str, *, permanent: bool = False, handed: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.handed = handed


class Handover(Protocol):
    def hand(self, message: bytes) -> None:
        """DATA, up to the server's answer that it has taken the mail. Raises TransportError."""


class Conversation(Protocol):
    def to(self, address: str) -> AbstractContextManager[Handover]:
        """Everything before DATA: connect and greet where that is still to be done, sender and recipient accepted.
        Raises TransportError on entering only: what happens on leaving cannot undo a hand-over."""


class Transport(Protocol):
    def conversation(self) -> AbstractContextManager[Conversation]:
        """For one mail after the other. Raises nothing by itself."""


@dataclass(frozen=True)
class Mail:
    """`names` is person id → display name, as far as known. `rows` are in the order of events."""

    to_name: str
    to_address: str
    language: str
    rows: Sequence[Delivery]
    names: Mapping[str, str]


class Composer(Protocol):
    def compose(self, mail: Mail) -> EmailMessage:
        """Raises TransportError, permanent, for an address that no mail can go to."""


@dataclass(frozen=True)
class Outlet:
    """By which mail goes out."""

    composer: Composer
    transport: Transport


@dataclass(frozen=True)
class MailChoice:
    """What was chosen here; None leaves it to the environment."""

    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    updated_at: datetime | None = None
    updated_by_id: str | None = None


class MailChoices(Protocol):
    def read(self) -> MailChoice: ...

    def change(self, changed: Mapping[str, str | None], by: str, now: datetime) -> None: ...


class Purged(Protocol):
    """Tickets that are gone, remembered for as long as an old event of them may come."""

    def remember(self, ticket_ids: Collection[str]) -> None: ...

    def among(self, ticket_ids: Collection[str]) -> set[str]: ...

    def drop(self, ticket_ids: Collection[str]) -> None:
        """Inbox entries, deliveries in whatever state, and events that wait."""


class Publisher(Protocol):
    def publish(self, event: Event) -> object:
        """Best effort."""
