"""Group commit: calls that wait at the same moment share one round trip. A single call does not wait for others."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from trackline_chassis.mongo import is_store_down

Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCH = 100


@dataclass(slots=True)
class _Call(Generic[Item, Answer]):
    """A light Future: callers wait for the lock of the Coalescer, and the condition of a real Future costs too much."""

    item: Item
    done: bool = False
    answer: Answer | BaseException | None = None

    def settle(self, answer: Answer | BaseException) -> None:
        self.answer, self.done = answer, True


class Coalescer(Generic[Item, Answer]):
    """Calls `work` with at most 100 items. `work` returns the answers in the order of the items, and an exception for
    an item that failed alone. If `work` raises, each item is tried by itself, unless the store is down: then all
    waiting callers get the error at once. Can be shared between threads."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._working = Lock()
        self._waiting: deque[_Call[Item, Answer]] = deque()

    def __call__(self, item: Item) -> Answer:
        mine = _Call[Item, Answer](item)
        self._waiting.append(mine)
        with self._working:
            # The first caller to get the lock also works for those that have queued up in the meantime.
            while not mine.done:
                self._serve(self._take(BATCH))
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _take(self, most: int) -> list[_Call[Item, Answer]]:
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def _serve(self, calls: Sequence[_Call[Item, Answer]]) -> None:
        try:
            answers = self._work([call.item for call in calls])
        except Exception as error:  # `work` may raise anything, and its callers get it
            self._settle_failed(calls, error)
        except BaseException as error:  # other callers must not wait for a worker that is killed
            _refuse(calls, error)
        else:
            for call, answer in zip(calls, answers, strict=True):
                call.settle(answer)

    def _settle_failed(self, calls: Sequence[_Call[Item, Answer]], error: Exception) -> None:
        if is_store_down(error):
            # Trying them one after another would take a timeout each, and exceed their deadlines.
            _refuse([*calls, *self._take(len(self._waiting))], error)
        elif len(calls) == 1:
            _refuse(calls, error)
        else:
            for call in calls:
                self._serve([call])


def _refuse(calls: Iterable[_Call[Item, Answer]], error: BaseException) -> None:
    for call in calls:
        call.settle(error)
