"""Hashes passwords by Argon2id. Its own few threads keep a flood of sign-ins away from the event loop and from other
threads."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.kit.settings import Settings

AT_ONCE = 2


class Argon2Passwords:
    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(settings.argon2_time_cost, settings.argon2_memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Takes equally long without a stored hash, so that the time of the answer tells nobody who has an account."""
        if self._decoy is None:
            self._decoy = await self.hash("nobody's")
        matches = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._matches, stored or self._decoy, password
        )
        return matches and stored is not None

    def outdated(self, stored: str) -> bool:
        """Returns whether the hash was made with other parameters than the present ones."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
