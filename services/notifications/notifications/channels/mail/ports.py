"""What the mail channel needs from outside."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from notifications.usecases.channel import Bundle
from notifications.usecases.ports import DeliveryStore
from trackline_core.records.sync import Records


class Composer(Protocol):
    def compose(self, bundle: Bundle) -> EmailMessage:
        """Raises TransportError, permanent, for an address that no mail can go to."""


class AcceptedMail(Protocol):
    def hand(self, message: bytes) -> None:
        """Sends DATA and waits for the server's answer. Raises TransportError unless it has taken the mail."""


class Conversation(Protocol):
    def to(self, address: str) -> AbstractContextManager[AcceptedMail]:
        """Does everything before DATA: connects and greets where that is still to be done, and has the server accept
        sender and recipient. Raises TransportError on entering only."""


class MailClient(Protocol):
    def conversation(self) -> AbstractContextManager[Conversation]:
        """Opens what several mails share. Raises nothing itself."""


@dataclass(frozen=True)
class Outlet:
    composer: Composer
    client: MailClient


@dataclass(frozen=True)
class MailChoice:
    """What administrators have chosen; None leaves it to the environment."""

    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    version: int = 1
    updated_at: datetime | None = None
    updated_by_id: str | None = None


class MailChoiceStore(Protocol):
    def read(self) -> MailChoice: ...


@dataclass(frozen=True)
class MailPorts:
    """`environment` is what the process was started with. Choices are read from the documents of `records`."""

    choices: MailChoiceStore
    records: Records
    environment: MailChoice
    deliveries: DeliveryStore
    clock: Callable[[], datetime]
