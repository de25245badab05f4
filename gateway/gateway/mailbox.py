"""The local mailbox: an SMTP server that keeps what it gets as files, for installations without a mail server.

Runs as a process of its own: `python -m gateway.mailbox`.
"""

import asyncio
import os
import re
import secrets
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_log = structlog.get_logger(__name__)

LARGEST = 35_000_000
EXCERPT = 200
_ID = re.compile(r"^\d{19}-[0-9a-f]{8}$")
_ENVELOPE = "X-Trackline-Envelope-To"


class MailboxSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRACKLINE_", env_ignore_empty=True, extra="ignore")

    state: Path = Path(".trackline")
    mailbox_host: str = "127.0.0.1"
    mailbox_port: int = 8025
    mailbox_keep: int = Field(1000, ge=1)


@dataclass(frozen=True)
class Mail:
    """`recipients` are those of the SMTP envelope; `text` is the plain part, or the HTML one if there is no other."""

    id: str
    received_at: datetime
    sender: str
    recipients: list[str]
    subject: str
    text: str
    message: EmailMessage

    @property
    def excerpt(self) -> str:
        return " ".join(self.text[: EXCERPT * 2].split())[:EXCERPT]


def list_mails(state: str | Path, limit: int = 100) -> list[Mail]:
    """Newest first. Reads files: call it in a thread."""
    folder = _folder(state)
    mails = (_read(folder / name) for name in _names(folder)[:limit]) if folder.exists() else ()
    return [mail for mail in mails if mail is not None]


def read_mail(state: str | Path, mail_id: str) -> Mail | None:
    """None for what is not, or not any more, in the mailbox."""
    return _read(_folder(state) / f"{mail_id}.eml") if _ID.match(mail_id) else None


class Keeper:
    """The handler of aiosmtpd. A mail is accepted once it is on the disk."""

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder = folder
        self._keep = keep
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            await asyncio.to_thread(self._store, envelope)
        except OSError as error:
            _log.error("a mail could not be stored", folder=str(self._folder), error=str(error))
            return "452 4.3.1 The local mailbox cannot write to its folder"
        return "250 2.0.0 Kept"

    def _store(self, envelope: Envelope) -> None:
        name = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
        header = f"{_ENVELOPE}: {', '.join(envelope.rcpt_tos)}\r\n".encode()
        partial = self._folder / f"{name}.partial"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(header + (envelope.original_content or b""))
            file.flush()
            os.fsync(file.fileno())
        partial.rename(partial.with_suffix(".eml"))
        for old in _names(self._folder)[self._keep :]:
            (self._folder / old).unlink(missing_ok=True)


async def serve(settings: MailboxSettings) -> None:
    """Until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with await listen(settings):
        _log.info("the local mailbox listens", port=settings.mailbox_port, folder=str(_folder(settings.state)))
        await stop.wait()


async def listen(settings: MailboxSettings) -> asyncio.Server:
    keeper = Keeper(_folder(settings.state), settings.mailbox_keep)
    loop = asyncio.get_running_loop()

    def conversation() -> SMTP:
        return SMTP(keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    return await loop.create_server(conversation, settings.mailbox_host, settings.mailbox_port)


def _folder(state: str | Path) -> Path:
    return Path(state) / "mailbox"


def _names(folder: Path) -> list[str]:
    """Newest first: names begin with the time in nanoseconds."""
    # names only: a glob of a thousand mails cost each new one several milliseconds
    with os.scandir(folder) as entries:
        return sorted((entry.name for entry in entries if entry.name.endswith(".eml")), reverse=True)


def _read(path: Path) -> Mail | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    message = BytesParser(policy=policy.default).parsebytes(content)
    return Mail(
        id=path.stem,
        received_at=datetime.fromtimestamp(int(path.stem[:19]) / 1e9, UTC),
        sender=str(message.get("From", "")),
        recipients=[part.strip() for part in str(message.get(_ENVELOPE, "")).split(",")],
        subject=str(message.get("Subject", "")),
        text=_text(message),
        message=message,
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        # A charset that nobody knows.
        return part.get_payload(decode=True).decode("ascii", "replace")  # type: ignore[union-attr]


if __name__ == "__main__":
    asyncio.run(serve(MailboxSettings()))
