"""SMTP in two phases, so that the queue can record before DATA that a mail is about to be handed over."""

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from notifications.usecases.channel import TransportError
from trackline_schemas.addresses import host_to_ascii

OK = 250
SIGNED_IN = 235
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> "Server":
        """Parses smtp://[user:password@]host[:port], for TLS when the server offers it, or smtps://…, for TLS from the
        first byte."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("TRACKLINE_SMTP_URL must look like smtp://mail.example.org:25.")
        tls = parts.scheme == "smtps"
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls(host_to_ascii(parts.hostname), parts.port or (465 if tls else 25), tls, user, password)


class SmtpClient:
    """`timeout` is how many seconds the server may take for each answer."""

    def __init__(self, server: Server, mail_from: str, timeout: float) -> None:
        self._server = server
        self._mail_from = mail_from
        self._timeout = timeout

    @contextmanager
    def conversation(self) -> Iterator["SmtpConversation"]:
        conversation = SmtpConversation(self._server, self._mail_from, self._timeout)
        try:
            yield conversation
        finally:
            conversation.end()


class SmtpConversation:
    """Keeps the connection as long as the server takes every mail. After any other outcome, the next mail gets a new
    one."""

    def __init__(self, server: Server, mail_from: str, timeout: float) -> None:
        self._server = server
        self._mail_from = mail_from
        self._timeout = timeout
        self._kept: smtplib.SMTP | None = None

    @contextmanager
    def to(self, address: str) -> Iterator["SmtpHandover"]:
        handover = SmtpHandover(self._get_accepted(address))
        try:
            yield handover
        finally:
            if handover.taken:
                self._kept = handover.connection
            else:
                _quit(handover.connection)

    def end(self) -> None:
        if self._kept is not None:
            _quit(self._kept)

    def _get_accepted(self, address: str) -> smtplib.SMTP:
        connection = self._reuse()
        try:
            if connection is None:
                connection = self._connect()
                self._greet(connection)
                _expect(connection.mail(self._mail_from))
            _expect(connection.rcpt(address))
        except (OSError, UnicodeEncodeError, smtplib.SMTPException, TransportError) as error:
            if connection is not None:
                connection.close()
            raise _before_data(error, self._server) from error
        return connection

    def _reuse(self) -> smtplib.SMTP | None:
        """Returns the connection of the previous mail if the server accepts another mail on it."""
        kept, self._kept = self._kept, None
        if kept is None:
            return None
        with suppress(OSError, smtplib.SMTPException):
            if kept.mail(self._mail_from)[0] == OK:
                return kept
        _quit(kept)
        return None

    def _connect(self) -> smtplib.SMTP:
        if self._server.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._server.host, self._server.port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._server.host, self._server.port, timeout=self._timeout)

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        encrypted = self._server.tls
        if not encrypted and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
            encrypted = True
        if self._server.user is None:
            return
        if not encrypted:
            raise TransportError("The mail server offers no TLS: the password is not sent in clear. Use smtps://.")
        sign_in(connection, self._server.user, self._server.password or "")


def sign_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    """Raises SMTPException if the server refuses."""
    if (user + password).isascii():
        connection.login(user, password)
        return
    # smtplib takes ASCII only, but RFC 4616 says UTF-8.
    words = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, text = connection.docmd("AUTH", f"PLAIN {words}")
    if code != SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, text)


class SmtpHandover:
    """`taken` becomes true once the server has taken the mail."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self.connection = connection
        self.taken = False

    def hand(self, message: bytes) -> None:
        body = _LINE_START_DOT.sub(b"..", message)
        end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            _expect(self.connection.docmd("DATA"), 354)
        except (OSError, smtplib.SMTPException) as error:
            # No part of the mail has been sent yet.
            raise TransportError(f"Lost before the mail was sent: {error}") from error
        try:
            self.connection.send(body + end)
            answer = self.connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise TransportError(f"Lost while the mail was handed over: {error}", handed=True) from error
        _expect(answer)
        self.taken = True


def _quit(connection: smtplib.SMTP) -> None:
    # The outcome does not depend on QUIT, because the answer to DATA has decided it.
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()


def _expect(answer: tuple[int, bytes], wanted: int = OK) -> None:
    code, text = answer
    # 251: the server forwards for a mailbox that moved.
    if code != wanted and (code, wanted) != (251, OK):
        raise TransportError(f"{code} {text.decode(errors='replace')}", permanent=code >= 500)


def _before_data(error: Exception, server: Server) -> TransportError:
    if isinstance(error, TransportError):
        return error
    if isinstance(error, UnicodeEncodeError):
        return TransportError("The address is not ASCII, which this mail server is not asked to take.", permanent=True)
    # If the server refuses our greeting or password, an operator must fix that, and the mail itself is not the problem.
    return TransportError(f"{server.host}:{server.port} does not take mail now: {error}")
