"""The files that wait for their judgement: so many in all, for so long, and one of each person at a time. Whoever has
used the least time lately goes first."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.judge.spent import Spent
from gateway.kit.waiting import Line
from trackline_schemas.errors import ServiceError, reasons, refuse

AT_ONCE = 2
# More files than this do not wait. The person with most of them loses the newest.
LONGEST = 50
WAIT_SECONDS = 30.0


class Queue:
    def __init__(self) -> None:
        self._line: Line[asyncio.Future[None]] = Line(LONGEST)
        self._spent = Spent()
        # when the file of each person began
        self._judged: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, person_id: str) -> AsyncIterator[None]:
        """Raises ServiceError unavailable if there are too many files, or if they take too long."""
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
            loser.set_exception(_busy())
        self._begin()

    def _leave(self, turn: asyncio.Future[None], person_id: str) -> None:
        self._line.remove(turn)
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._spent.add(person_id, time.monotonic() - self._judged.pop(person_id))
            self._begin()

    def _begin(self) -> None:
        while len(self._judged) < AT_ONCE and (first := self._line.pop_least(self._spent.seconds, self._judged)):
            person_id, turn = first
            if not turn.done():
                self._judged[person_id] = time.monotonic()
                turn.set_result(None)


async def _wait(turn: asyncio.Future[None]) -> None:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await turn
    except TimeoutError:
        raise _busy() from None


def _busy() -> ServiceError:
    return refuse(reasons.files.TOO_MANY_FILES, detail={"retry_after": 10})
