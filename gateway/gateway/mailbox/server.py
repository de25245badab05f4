"""The local mailbox: an SMTP server for installations without a mail server. It stores each mail as a file."""

import asyncio
import os
import secrets
import signal
import time
from heapq import heappop, heappush
from pathlib import Path

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.mailbox.store import ENVELOPE_HEADER, folder_of, names_in

_log = structlog.get_logger(__name__)

MAX_MAIL_BYTES = 35_000_000


class MailboxSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRACKLINE_", env_ignore_empty=True, extra="ignore")

    state: Path = Path(".trackline")
    mailbox_host: str = "127.0.0.1"
    mailbox_port: int = 8025
    mailbox_keep: int = Field(1000, ge=1)
    log_level: str = "INFO"


class MailHandler:
    """The handler that aiosmtpd calls. It accepts a mail only after the mail is on the disk."""

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder = folder
        self._keep = keep
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A heap with the oldest name first. To list the folder for each mail would cost more than to store it.
        self._names = sorted(names_in(folder))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            heappush(self._names, await asyncio.to_thread(self._store, envelope))
            self._remove_oldest()
        except OSError as error:
            _log.error("could not store a mail", folder=str(self._folder), error=str(error))
            return "452 4.3.1 The local mailbox cannot write to its folder"
        return "250 2.0.0 Kept"

    def _store(self, envelope: Envelope) -> str:
        """Returns the name of the file."""
        name = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
        header = f"{ENVELOPE_HEADER}: {', '.join(envelope.rcpt_tos)}\r\n".encode()
        partial = self._folder / f"{name}.partial"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(header + (envelope.original_content or b""))
            file.flush()
            os.fsync(file.fileno())
        return partial.rename(partial.with_suffix(".eml")).name

    def _remove_oldest(self) -> None:
        while len(self._names) > self._keep:
            (self._folder / heappop(self._names)).unlink(missing_ok=True)


async def serve(settings: MailboxSettings) -> None:
    """Serves until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with await listen(settings):
        _log.info("local mailbox listening", port=settings.mailbox_port, folder=str(folder_of(settings.state)))
        await stop.wait()


async def listen(settings: MailboxSettings) -> asyncio.Server:
    handler = MailHandler(folder_of(settings.state), settings.mailbox_keep)
    loop = asyncio.get_running_loop()

    def new_connection() -> SMTP:
        return SMTP(handler, data_size_limit=MAX_MAIL_BYTES, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    return await loop.create_server(new_connection, settings.mailbox_host, settings.mailbox_port)
