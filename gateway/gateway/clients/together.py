"""Questions of the same moment share a call, as those of all windows do that show a ticket when it changes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

LONGEST_WAIT = 0.005


class Together(Generic[Question, Answer]):
    """Calls `ask` with at most `most` questions, which returns their answers in the same order, an exception for a
    question that failed alone.

    While none is under way, a question is asked at once. Others wait for an answer to come, but not longer than 5 ms:
    a service that hangs holds up nobody else. Each call begins after its questions, so that no answer is older."""

    def __init__(self, ask: Callable[[Sequence[Question]], Awaitable[Sequence[Answer | Exception]]], most: int) -> None:
        self._ask = ask
        self._most = most
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, question: Question) -> Answer:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, answer))
        if not self._calls:
            self._start()
        elif self._timer is None:
            self._timer = loop.call_later(LONGEST_WAIT, self._start)
        return await answer

    def _start(self) -> None:
        if self._timer:
            self._timer.cancel()
        waiting, self._waiting, self._timer = self._waiting, [], None
        for first in range(0, len(waiting), self._most):
            call = asyncio.create_task(self._call(waiting[first : first + self._most]))
            self._calls.add(call)
            call.add_done_callback(self._end)

    def _end(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self._start()

    async def _call(self, asked: Sequence[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._ask([question for question, _ in asked])
        except Exception as error:  # `ask` may raise anything, and whoever waits gets it
            answers = [error] * len(asked)
        for (_, waiting), answer in zip(asked, answers, strict=True):
            _settle(waiting, answer)


def _settle(waiting: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    if waiting.done():  # the client has gone away
        return
    if isinstance(answer, Exception):
        waiting.set_exception(answer)
    else:
        waiting.set_result(answer)
