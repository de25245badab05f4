"""What waits for a scarce process: so much in all, for so long, and one thing of each person at a time. Whoever used
the least time lately goes first."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.kit.spent import Spent
from gateway.kit.waiting import Line

# More than this does not wait. The person with most of it loses the newest.
LONGEST = 50
WAIT_SECONDS = 30.0


class Busy(Exception):
    """Too much waits, or it takes too long."""


class Queue:
    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._line: Line[asyncio.Future[None]] = Line(LONGEST)
        self._spent = Spent()
        # when the turn of each person began
        self._turns: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, person_id: str) -> AsyncIterator[None]:
        """Raises Busy."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._push(turn, person_id)
        try:
            await _wait(turn)
            yield
        finally:
            self._leave(turn, person_id)

    def _push(self, turn: asyncio.Future[None], person_id: str) -> None:
        loser = self._line.push(turn, person_id)
        if loser and not loser.done():
            loser.set_exception(Busy())
        self._begin()

    def _leave(self, turn: asyncio.Future[None], person_id: str) -> None:
        self._line.remove(turn)
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._spent.add(person_id, time.monotonic() - self._turns.pop(person_id))
            self._begin()

    def _begin(self) -> None:
        while len(self._turns) < self._at_once and (first := self._line.pop_least(self._spent.seconds, self._turns)):
            person_id, turn = first
            if not turn.done():
                self._turns[person_id] = time.monotonic()
                turn.set_result(None)


async def _wait(turn: asyncio.Future[None]) -> None:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await turn
    except TimeoutError:
        raise Busy() from None
