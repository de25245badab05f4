"""Work that keeps a processor busy runs on few threads of its own. Whoever asks for it waits for their turn, in a queue
that is bounded and that nobody can fill alone."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gateway.kit.waiting import Lane, Waiting
from trackline_schemas.errors import refuse
from trackline_schemas.errors.reason import Reason

T = TypeVar("T")


class Turns:
    """Whoever has no place in the queue any more gets a ServiceError with the reason `full`. `free` is the number of
    idle threads."""

    def __init__(self, threads: int, name: str, *, known: int, strangers: int, full: Reason) -> None:
        self.free = threads
        self._full = full
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._waiting: Waiting[asyncio.Future[None]] = Waiting(known, strangers)

    async def run(self, lane: Lane, work: Callable[[], T]) -> T:
        await self._wait(lane)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._release()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _wait(self, lane: Lane) -> None:
        if self.free:
            self.free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        loser = self._waiting.push(turn, lane)
        if loser is not None and not loser.done():
            loser.set_exception(refuse(self._full))
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.remove(turn)
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        while (turn := self._waiting.pop()) is not None:
            # Several callers may have left at the same moment.
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1
