"""Whether the gateway can serve."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

_log = structlog.get_logger(__name__)

CACHED_SECONDS = 1.0
CHECK_TIMEOUT = 2.0


class Readiness:
    """Answers are kept for a second: probes must not become load."""

    def __init__(self, checks: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        self._checks = checks
        self._asked = float("-inf")
        self._answer: dict[str, str] = {}

    async def state(self) -> dict[str, str]:
        """Check → ok or down."""
        if time.monotonic() - self._asked >= CACHED_SECONDS:
            answers = await asyncio.gather(*map(self._ask, self._checks))
            self._answer = dict(zip(self._checks, answers, strict=True))
            self._asked = time.monotonic()
        return self._answer

    async def _ask(self, name: str) -> str:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                await self._checks[name]()
        except Exception as error:  # each check is of another library: whatever it raises means not ready
            _log.warning("not ready", check=name, error=repr(error))
            return "down"
        return "ok"
