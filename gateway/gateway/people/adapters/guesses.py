"""Estimates how many guesses a password takes by zxcvbn, which knows the passwords, names and words that people use
most, and patterns such as dates and rows of keys. The vocabulary adds other languages than English."""

import asyncio
import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import factorial, log10, prod

from zxcvbn import matching, zxcvbn
from zxcvbn.matching import L33T_TABLE

from gateway.people.adapters import vocabulary
from gateway.people.domain.keyboards import KEYBOARDS
from gateway.people.domain.password_rule import Verdict, judge
from trackline_schemas.errors import reasons, refuse

# characters. The work grows with the square of the length, and so many of the first ones are enough for a verdict.
LOOKED_AT = 40
# zxcvbn looks for words in each reading of a text. Beyond this many, which no word written with marks has, it would
# take seconds: then marks are no letters, and stay different from one another.
READINGS = 32
_MARKS = sorted(mark for marks in L33T_TABLE.values() for mark in marks if not mark.isalnum())
_AS_MARKS = {ord(mark): chr(0x2190 + place) for place, mark in enumerate(_MARKS)}
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


@cache
def _teach() -> None:
    """Teaches zxcvbn once, because the lists take some tenths of a second. The years that it knows end with 2019, and
    begin with 1900, when many clubs and companies were there already."""
    matching.RANKED_DICTIONARIES["vocabulary"] = vocabulary.rank_words()
    matching.GRAPHS.update({name: KEYBOARDS[name].graph() for name in ("QWERTZ, German", "AZERTY, French")})
    matching.REGEXEN["recent_year"] = re.compile(r"1[89]\d\d|20[0-4]\d")


def _estimate(text: str) -> float:
    _teach()
    shown = text[:LOOKED_AT]
    if not shown:
        return 0.0
    if _readings(shown) > READINGS:
        shown = shown.translate(_AS_MARKS)
    parts = zxcvbn(shown)["sequence"]
    # zxcvbn also adds what attackers spend on shorter passwords, 10⁸ from the third part on. They need not.
    return sum(log10(part["guesses"]) for part in parts) + log10(factorial(len(parts)))


def _readings(text: str) -> int:
    """Returns in how many ways the marks and digits of the text can be read as letters, at most."""
    return prod(max(1, len({*marks} & {*text})) for marks in L33T_TABLE.values())
