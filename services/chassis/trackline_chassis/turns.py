"""Lets those who want to change the same thing do so one after another, because each of them would otherwise fail and
try again when another was first."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Key = TypeVar("Key", bound=Hashable)


class _Turn:
    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        self.lock = Lock()


class Turns(Generic[Key]):
    """Knows only this process: another replica may change the same thing at the same time. Can be shared between
    threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        # A turn is forgotten when nobody has it or waits for it.
        self._turns: WeakValueDictionary[Key, _Turn] = WeakValueDictionary()

    @contextmanager
    def of(self, key: Key) -> Iterator[None]:
        with self._lock:
            turn = self._turns.setdefault(key, _Turn())
        with turn.lock:
            yield
