"""Callers that wait for the same answer at the same moment share the work for it, as many windows do that all ask for
one list after one event."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from trackline_chassis.coalescer import Coalescer
from trackline_chassis.mongo import is_store_down

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Sharing(Generic[Key, Answer]):
    """Calls `work` with the key. Callers with an equal key that queue up while one of them is served get one answer,
    whose work began after each of them had asked: nobody gets an answer that is older than the question. Callers with
    other keys do not wait for them. Nobody may change an answer. Can be shared between threads."""

    def __init__(self, work: Callable[[Key], Answer]) -> None:
        self._work = work
        self._lock = Lock()
        # A queue is forgotten when nobody waits in it.
        self._queues: WeakValueDictionary[Key, Coalescer[None, Answer]] = WeakValueDictionary()

    def __call__(self, key: Key) -> Answer:
        with self._lock:
            queue = self._queues.setdefault(key, Coalescer(partial(self._answer, key)))
        return queue(None)

    def _answer(self, key: Key, calls: Sequence[None]) -> list[Answer | Exception]:
        try:
            answer: Answer | Exception = self._work(key)
        except Exception as error:  # all callers get it, because the same work would fail for each of them alike
            if is_store_down(error):
                raise
            answer = error
        return [answer] * len(calls)
