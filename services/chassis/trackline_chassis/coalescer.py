"""Group commit: callers that wait at the same moment share one round trip, and a lone one waits for nobody."""

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
    """Not a Future: whoever waits, waits for the lock, and a Future's own condition costs more than all the rest."""

    item: Item
    done: bool = False
    answer: Answer | BaseException | None = None

    def settle(self, answer: Answer | BaseException) -> None:
        self.answer, self.done = answer, True


class Coalescer(Generic[Item, Answer]):
    """`work` takes at most 100 items and answers each in order: with an exception for one that failed alone. When it
    raises, each item is tried by itself, unless the store is down: then all who wait hear so at once. Safe to share
    between threads."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._working = Lock()
        self._waiting: deque[_Call[Item, Answer]] = deque()

    def __call__(self, item: Item) -> Answer:
        mine = _Call[Item, Answer](item)
        self._waiting.append(mine)
        with self._working:
            # whoever comes first works for all that came while the last one worked
            while not mine.done:
                self._serve(self._taken(BATCH))
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _taken(self, most: int) -> list[_Call[Item, Answer]]:
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def _serve(self, calls: Sequence[_Call[Item, Answer]]) -> None:
        try:
            answers = self._work([call.item for call in calls])
        except Exception as error:  # whatever `work` raises is the answer to its callers
            self._failed(calls, error)
        except BaseException as error:  # a worker that is killed must not leave the others waiting
            _refuse(calls, error)
        else:
            for call, answer in zip(calls, answers, strict=True):
                call.settle(answer)

    def _failed(self, calls: Sequence[_Call[Item, Answer]], error: Exception) -> None:
        if is_store_down(error):
            # one after the other they would each wait out the same timeout, beyond their deadlines
            _refuse([*calls, *self._taken(len(self._waiting))], error)
        elif len(calls) == 1:
            _refuse(calls, error)
        else:
            for call in calls:
                self._serve([call])


def _refuse(calls: Iterable[_Call[Item, Answer]], error: BaseException) -> None:
    for call in calls:
        call.settle(error)
