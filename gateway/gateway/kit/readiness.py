"""Tells whether the gateway can serve requests."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from gateway.kit.metrics import READY

_log = structlog.get_logger(__name__)

CACHED_SECONDS = 1.0
CHECK_TIMEOUT = 2.0


class Readiness:
    """Caches the answers for a second, so that frequent probes cause no load."""

    def __init__(self, checks: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        self._checks = checks
        self._asked = float("-inf")
        self._answer: dict[str, str] = {}

    async def state(self) -> dict[str, str]:
        """Returns a mapping from the name of each check to `ok` or `down`."""
        if time.monotonic() - self._asked >= CACHED_SECONDS:
            answers = await asyncio.gather(*map(self._ask, self._checks))
            self._answer = dict(zip(self._checks, answers, strict=True))
            self._asked = time.monotonic()
            for name, answer in self._answer.items():
                READY.labels(name).set(answer == "ok")
        return self._answer

    async def _ask(self, name: str) -> str:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                await self._checks[name]()
        except Exception as error:  # the checks call different libraries: whatever one raises means not ready
            _log.warning("readiness check failed", check=name, error=repr(error))
            return "down"
        return "ok"
