"""Group commit: callers that wait at the same moment share one round trip, and a lone one waits for nobody."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from trackline_chassis.mongo import is_store_down

Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCH = 100


class Coalescer(Generic[Item, Answer]):
    """`work` takes at most 100 items and answers each in order: with an exception for one that failed alone. When it
    raises, each item is tried by itself, unless the store is down: then all who wait hear so at once. Safe to share
    between threads."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._working = Lock()
        self._waiting: deque[tuple[Item, Future[Answer]]] = deque()

    def __call__(self, item: Item) -> Answer:
        mine: Future[Answer] = Future()
        self._waiting.append((item, mine))
        with self._working:
            # whoever comes first works for all that came while the last one worked
            while not mine.done():
                self._serve([self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))])
        return mine.result()

    def _serve(self, batch: Sequence[tuple[Item, Future[Answer]]]) -> None:
        try:
            answers = self._work([item for item, _ in batch])
        except Exception as error:
            self._failed(batch, error)
        except BaseException as error:  # a worker that is killed must not leave the others waiting
            _refuse(batch, error)
        else:
            for (_, future), answer in zip(batch, answers, strict=True):
                _settle(future, answer)

    def _failed(self, batch: Sequence[tuple[Item, Future[Answer]]], error: Exception) -> None:
        if is_store_down(error):
            # one after the other they would each wait out the same timeout, beyond their deadlines
            _refuse([*batch, *(self._waiting.popleft() for _ in range(len(self._waiting)))], error)
        elif len(batch) == 1:
            _refuse(batch, error)
        else:
            for one in batch:
                self._serve([one])


def _settle(future: Future[Answer], answer: Answer | Exception) -> None:
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def _refuse(batch: Sequence[tuple[Item, Future[Answer]]], error: BaseException) -> None:
    for _, future in batch:
        future.set_exception(error)
