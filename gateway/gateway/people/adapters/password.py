"""Argon2id on threads of its own: a flood of sign-ins costs neither the event loop nor the other threads."""

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
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Takes as long without a stored hash, so that nobody learns by the clock who has an account."""
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody's")
        matches = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._matches, stored or self._nobodys, password
        )
        return matches and stored is not None

    def outdated(self, stored: str) -> bool:
        """Made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
