"""A real SMTP server whose answers the test dictates."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`script` maps a command (MAIL, RCPT, DATA, END) to the answers of its next occurrences: a reply line, or
    "drop" to cut the connection, or "take and drop" at END. What was taken is in `contents`, newest last; `peers` are
    the connections by which it came."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.peers: list[tuple[str, int]] = []
        self.script: dict[str, list[str]] = {}

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(content, policy=default) for content in self.contents]

    def answer(self, command: str) -> str | None:
        waiting = self.script.get(command, [])
        return waiting.pop(0) if waiting else None

    def take(self, envelope: Envelope, peer: tuple[str, int]) -> None:
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        self.peers.append(peer)


class _Handler:
    """Is not the mailbox itself, because aiosmtpd reads all attributes of its handler for each connection, and
    `Mailbox.mails` parses all mails."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._or_drop(server, "MAIL")
        envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._or_drop(server, "RCPT")
        if answer is None or answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.mailbox.answer("END")
        if answer is None or answer == "take and drop" or answer.startswith("250"):
            self.mailbox.take(envelope, session.peer)
        if answer in ("drop", "take and drop"):
            _cut(server)
        return answer or "250 taken"

    def _or_drop(self, server: SMTP, command: str) -> str | None:
        answer = self.mailbox.answer(command)
        if answer == "drop":
            _cut(server)
        return answer


class _Scripted(SMTP):  # type: ignore[misc]
    async def smtp_DATA(self, arg: str) -> None:
        answer = self.event_handler.mailbox.answer("DATA")
        if answer == "drop":
            _cut(self)
        elif answer is not None:
            await self.push(answer)
        else:
            await super().smtp_DATA(arg)


class _Controller(Controller):  # type: ignore[misc]
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self) -> SMTP:
        return _Scripted(self.handler, hostname="mail.test")


def _cut(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.abort()


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """Yields the mailbox and its port on 127.0.0.1."""
    mailbox = Mailbox()
    controller = _Controller(_Handler(mailbox), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()
