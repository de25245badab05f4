"""Hands mails over. Each mail is composed, and the server accepts its recipient, before the queue marks it as
handing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from notifications.channels.mail.payload import address_of
from notifications.channels.mail.ports import AcceptedMail, Composer, Conversation, Outlet
from notifications.domain.delivery import Receipt
from notifications.metrics import UNTHREADED
from notifications.usecases.channel import Bundle, TransportError


@dataclass(frozen=True)
class MailHandover:
    receipt: Receipt
    content: bytes
    accepted: AcceptedMail

    def hand(self) -> None:
        self.accepted.hand(self.content)


@dataclass(frozen=True)
class MailSession:
    composer: Composer
    conversation: Conversation

    @contextmanager
    def prepare(self, bundle: Bundle) -> Iterator[MailHandover]:
        address = address_of(bundle.rows[0].payload, bundle.recipient.emails)
        if address is None:
            raise TransportError("The recipient has no mail address.", permanent=True)
        mail = self.composer.compose(bundle)
        if bundle.rows[0].ticket_id and not all(mail.headers.get(name) for name in ("In-Reply-To", "References")):
            UNTHREADED.inc()
        receipt = Receipt(mail.headers["Message-ID"], address, mail.headers["Subject"])
        with self.conversation.to(mail.to) as accepted:
            yield MailHandover(receipt, mail.content, accepted)


@dataclass(frozen=True)
class MailTransport:
    outlet: Callable[[], Outlet]

    def session(self) -> AbstractContextManager[MailSession]:
        """Opens one conversation with the server for all mails of a round."""
        return _session(self.outlet())


@contextmanager
def _session(outlet: Outlet) -> Iterator[MailSession]:
    with outlet.client.conversation() as conversation:
        yield MailSession(outlet.composer, conversation)
