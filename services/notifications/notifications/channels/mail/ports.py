"""What the mail channel needs from outside."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notifications.usecases.channel import Bundle
from notifications.usecases.ports import DeliveryStore, PersonStore
from trackline_chassis.sealing import Seal
from trackline_core.records.sync import Records


@dataclass(frozen=True)
class Mail:
    """`to` is the address of the recipient in ASCII, `headers` are those other than From and To, with the words that
    people read, and `content` is the whole mail as it is handed over."""

    to: str
    headers: Mapping[str, str]
    content: bytes


class Composer(Protocol):
    def compose(self, bundle: Bundle) -> Mail:
        """Raises a permanent TransportError for an address that is not valid."""


class AcceptedMail(Protocol):
    def hand(self, message: bytes) -> None:
        """Sends DATA and waits for the server's answer. Raises TransportError unless the server took the mail."""


class Conversation(Protocol):
    def to(self, address: str) -> AbstractContextManager[AcceptedMail]:
        """Does everything before DATA: connects and greets if necessary, and lets the server accept sender and
        recipient. Only entering the context raises TransportError."""


class MailClient(Protocol):
    def conversation(self) -> AbstractContextManager[Conversation]:
        """Opens a connection for several mails. Raises nothing itself."""


@dataclass(frozen=True)
class Outlet:
    composer: Composer
    client: MailClient


@dataclass(frozen=True)
class MailChoice:
    """The settings that administrators have chosen. None means that the environment decides."""

    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    version: int = 1
    updated_at: datetime | None = None
    updated_by_id: str | None = None


class MailChoiceStore(Protocol):
    def read(self) -> MailChoice: ...


@dataclass(frozen=True)
class MailPorts:
    """`choices` reads the document of `records`. `environment` has the settings from the environment of the process.
    `public_url` is the address of the portal, without a slash at the end."""

    choices: MailChoiceStore
    records: Records
    environment: MailChoice
    deliveries: DeliveryStore
    people: PersonStore
    clock: Callable[[], datetime]
    seal: Seal
    public_url: str
