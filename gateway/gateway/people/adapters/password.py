"""Hashes passwords by Argon2id. Its own few threads keep a flood of sign-ins away from the event loop and from other
threads."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from precis_i18n import get_profile

from gateway.kit.settings import Settings
from gateway.people.domain.waiting import Lane, Waiting
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.text.invisible import PICTURE
from trackline_schemas.text.normal_form import compose, decompose

T = TypeVar("T")
AT_ONCE = 2
# A stranger who finds this many others waiting is turned away: the answer would come too late anyway. Those who have
# signed in before wait for themselves only, and there are more places for them, since they all come in the morning.
STRANGERS = 16
KNOWN = 64
OURS = Lane("ours", known=True)
_OPAQUE = get_profile("OpaqueString")
# Python does not know the newest ones.
_EMOJI = re.compile("[\U0001f000-\U0001fbff]")
# One keyboard sends them with an emoji, and another one does not.
_JOINTS = re.compile(f"(?<={PICTURE})[\u200d\ufe0e\ufe0f]{{1,2}}|(?<=[0-9#*])\ufe0f(?=\u20e3)")


class Argon2Passwords:
    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(settings.argon2_time_cost, settings.argon2_memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._free = AT_ONCE
        self._waiting: Waiting[asyncio.Future[None]] = Waiting(KNOWN, STRANGERS)

    def prepare(self, password: str) -> str | None:
        """By the profile OpaqueString of PRECIS (RFC 8265): in the normal form C, with blanks of one kind, and without
        control characters and invisible characters. The profile takes no emoji of several parts; here they are the sum
        of their parts."""
        if not password or (password.isascii() and password.isprintable()):
            return password
        parts = _JOINTS.sub("", password)
        try:
            _OPAQUE.enforce(_EMOJI.sub("☺", parts))
        except UnicodeError:
            return None
        return str(_OPAQUE.apply_five_rules(parts))

    async def hash(self, password: str) -> str:
        return await self._run(OURS, lambda: self._hasher.hash(password))

    async def verify(self, stored: str | None, password: str, lane: Lane) -> str | None:
        """Takes equally long without a stored hash, so that the time of the answer tells nobody who has an account.
        Raises ServiceError unavailable if too many wait already."""
        forms = self._forms(password)
        form = await self._run(lane, lambda: next((one for one in forms if self._matches(stored, one)), None))
        return form if stored is not None else None

    def outdated(self, stored: str) -> bool:
        """Returns whether the hash was made with other parameters than the present ones."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("nobody's")

    def _forms(self, password: str) -> list[str]:
        """Returns the prepared form, and those in which an earlier release may have hashed the password: it took each
        as the keyboard or the system of that day sent it. Almost all passwords have one form only."""
        forms = (self.prepare(password), password, compose(password), decompose(password))
        return list(dict.fromkeys(form for form in forms if form is not None))

    def _matches(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, lane: Lane, work: Callable[[], T]) -> T:
        await self._wait(lane)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._release()

    async def _wait(self, lane: Lane) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        loser = self._waiting.push(turn, lane)
        if loser is not None:
            loser.set_exception(refuse(reasons.access.TOO_MANY_SIGN_INS_AT_ONCE))
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.remove(turn)
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        turn = self._waiting.pop()
        if turn is None:
            self._free += 1
        else:
            turn.set_result(None)
