"""A bounded queue that no single source can fill: when it is full, the source with most entries loses its newest."""

from collections import OrderedDict, deque
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Lane:
    """Where an entry waits. Entries of known sources are taken before those of strangers."""

    source: str
    known: bool = False


class Line(Generic[T]):
    """The sources take turns, or the one with the least cost goes first."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._sources: OrderedDict[str, deque[T]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._sources.values()))

    def push(self, item: T, source: str) -> T | None:
        """Returns the entry that has no place any more, which may be `item` itself."""
        self._sources.setdefault(source, deque()).append(item)
        if len(self) <= self._longest:
            return None
        # On a tie the newcomer leaves.
        most = max(len(entries) for entries in self._sources.values())
        loser = source if len(self._sources[source]) == most else self._largest(most)
        return self._take(loser, newest=True)

    def pop(self) -> T | None:
        first = self.pop_least(lambda _: 0, ())
        return first[1] if first else None

    def pop_least(self, cost: Callable[[str], float], busy: Container[str]) -> tuple[str, T] | None:
        """Returns the source with the least cost of those that are not busy, and its next entry. Those with the same
        cost take turns."""
        free = [source for source in self._sources if source not in busy]
        if not free:
            return None
        source = min(free, key=cost)
        item = self._take(source, newest=False)
        if source in self._sources:
            self._sources.move_to_end(source)
        return source, item

    def remove(self, item: T) -> None:
        for source, entries in list(self._sources.items()):
            if item in entries:
                entries.remove(item)
                self._forget_if_empty(source)

    def _largest(self, most: int) -> str:
        return next(source for source, entries in self._sources.items() if len(entries) == most)

    def _take(self, source: str, *, newest: bool) -> T:
        entries = self._sources[source]
        item = entries.pop() if newest else entries.popleft()
        self._forget_if_empty(source)
        return item

    def _forget_if_empty(self, source: str) -> None:
        if not self._sources[source]:
            del self._sources[source]


class Waiting(Generic[T]):
    """One line for known sources and one for strangers."""

    def __init__(self, known: int, strangers: int) -> None:
        self._known: Line[T] = Line(known)
        self._strangers: Line[T] = Line(strangers)

    def push(self, item: T, lane: Lane) -> T | None:
        """Returns the entry that has no place any more, which may be `item` itself."""
        return (self._known if lane.known else self._strangers).push(item, lane.source)

    def pop(self) -> T | None:
        first = self._known.pop()
        return self._strangers.pop() if first is None else first

    def remove(self, item: T) -> None:
        self._known.remove(item)
        self._strangers.remove(item)
