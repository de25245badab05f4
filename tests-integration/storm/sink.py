"""The mail server of the storm. It counts what arrives, and it can be away, refuse, or be slow."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from random import Random
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from trackline_local.ports import free_port

Mood = Literal["ready", "away", "refusing", "slow"]
# Half of the senders lose their patience, which ends after 4 s in the tests, when the mail is here already.
SLOWEST_SECONDS = 8.0


class Sink:
    """`arrived` is Message-ID → how often a mail with it was taken."""

    def __init__(self, chance: Random) -> None:
        self.arrived: Counter[str] = Counter()
        self._chance = chance
        self._mood: Mood = "ready"
        self._port = free_port()
        self._controller = self._start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    @contextmanager
    def being(self, mood: Mood) -> Iterator[None]:
        self._mood = mood
        if mood == "away":
            self._controller.stop()
        try:
            yield
        finally:
            self._mood = "ready"
            if mood == "away":
                self._controller = self._start()

    def close(self) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._mood == "refusing":
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.arrived[str(mail["Message-ID"]).strip()] += 1
        if self._mood == "slow":
            await asyncio.sleep(self._chance.uniform(0, SLOWEST_SECONDS))
        return "250 2.0.0 Kept"

    def _start(self) -> Controller:
        controller = Controller(self, hostname="127.0.0.1", port=self._port)
        controller.start()
        return controller
