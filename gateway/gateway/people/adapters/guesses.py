"""Estimates how many guesses a password takes by zxcvbn, which knows the passwords, names and words that people use
most, and patterns such as dates and rows of keys."""

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from zxcvbn import zxcvbn

from gateway.people.domain.password_rule import Verdict, judge
from trackline_schemas.errors import reasons, refuse

# characters. The work grows with the square of the length, and so many of the first ones are enough for a verdict.
LOOKED_AT = 40
# More than this many at once are a flood.
WAITING = 32


class ZxcvbnGuesses:
    """Its own thread keeps the work, some milliseconds for each password, away from the event loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="guesses")
        self._waiting = 0

    async def judge(self, password: str, words: Collection[str]) -> Verdict:
        if self._waiting >= WAITING:
            raise refuse(reasons.access.TOO_MANY_SIGN_INS_AT_ONCE)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, judge, password, words, _estimate)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _estimate(text: str) -> float:
    if not text:
        return 0.0
    return float(zxcvbn(text[:LOOKED_AT])["guesses_log10"])
