"""What the use cases need from outside. The adapters and the fakes of the tests pass the same contract tests.

`generation` is the number of a whole set of facts. One set answers queries, and another one may be under construction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from analytics.domain.fact import RULES, Fact
from analytics.domain.measure import Tallies
from analytics.domain.period import Period
from trackline_core.team import TeamStore
from trackline_schemas.analytics import Counted
from trackline_schemas.events import Event
from trackline_schemas.filters import Filter

# The last ticket of a page: its time of creation and its id.
Place = tuple[datetime, str]
# The fields of a key, why the facts are excluded, and their tallies.
Grouped = tuple[Mapping[str, Any], str | None, Tallies]


@dataclass(frozen=True)
class Progress:
    """For one generation, `subjects` and `events` count what was replayed, and `gaps` counts the facts that lack
    events."""

    subjects: int
    events: int
    gaps: int


class FactStore(Protocol):
    def load(self, generation: int, ids: Iterable[str]) -> dict[str, Fact]: ...

    def save(self, generation: int, facts: Sequence[Fact]) -> set[str]:
        """Returns the ids of the facts that were not saved, because somebody else has written them since they were
        loaded."""
        ...

    def announce(self, generation: int, ids: Iterable[str]) -> None:
        """Tells all replicas that these facts may have changed. A process that dies after `save` announces them when
        it gets their events again."""
        ...

    def follow(self, generation: int) -> None:
        """Announces what replicas of an earlier version have written, and learns what has changed, so that the next
        question has to learn less."""
        ...

    def due(self, generation: int, now: datetime, limit: int) -> list[Fact]:
        """Returns facts that lack events and whose `ask_at` has come."""
        ...

    def gaps(self, generation: int) -> int: ...

    def progress(self, generation: int) -> Progress: ...

    def tallies(
        self, generation: int, where: Filter, edges: Sequence[datetime], key: Sequence[str]
    ) -> Iterable[Grouped]:
        """Returns the tallies of the matching facts, by the fields that `key` names and by why facts are excluded. What
        is later than the last edge is incomplete."""
        ...

    def state_time(
        self, generation: int, where: Filter, period: Period, key: Sequence[str]
    ) -> Iterable[tuple[Mapping[str, Any], str, float]]:
        """Yields (fields of the key, state, seconds): the time that facts spent in the state within the period.
        Excluded facts do not count."""
        ...

    def find_counted(
        self, generation: int, where: Filter, period: Period, measure: Counted, size: int, after: Place | None
    ) -> list[Fact]:
        """Returns the facts behind a measure of the period, newest first."""
        ...

    def newest_event(self, generation: int) -> datetime | None: ...

    def drop(self, generation: int) -> None: ...


@dataclass(frozen=True)
class Building:
    """A generation under construction. `expected` is (subjects, events) once a replay that it asked for has ended."""

    generation: int
    job_id: str
    expected: tuple[int, int] | None = None

    def new_ask(self) -> str:
        return f"{self.job_id}-{uuid4().hex[:8]}"

    def asked_for(self, replay_id: str) -> bool:
        """Returns whether the replay is for this generation. An earlier replay may have missed some of its tickets."""
        return replay_id.startswith(f"{self.job_id}-")


@dataclass(frozen=True)
class State:
    """`rules` is the version of the rules that the live generation was folded by."""

    live: int
    building: Building | None = None
    rules: int = RULES

    @property
    def generations(self) -> tuple[int, ...]:
        return (self.live, self.building.generation) if self.building else (self.live,)


class GenerationStore(Protocol):
    """Knows which generation answers queries. An empty store begins to build a generation at once, because a new
    consumer has missed all earlier events."""

    def read(self, now: datetime) -> State: ...

    def begin(self, job_id: str, now: datetime) -> Building:
        """Returns the running rebuild if there is one."""
        ...

    def claim_ask(self, now: datetime, patience: timedelta) -> bool:
        """Returns whether the caller must now ask for a replay for the generation under construction. `patience` is the
        first wait for its events, and each further wait is twice as long."""
        ...

    def record_arrival(self, generation: int, now: datetime, patience: timedelta) -> None:
        """Records that replayed events have arrived. The next request waits for another `patience`."""
        ...

    def expect(self, generation: int, subjects: int, events: int) -> None: ...

    def switch(self, building: Building, now: datetime) -> bool: ...

    def take_retired(self, before: datetime) -> list[int]:
        """Returns the generations that stopped answering before that instant, each to one caller only."""
        ...


@dataclass(frozen=True)
class Ports:
    """`patience` is how long a missing event may take before a replay is asked for."""

    facts: FactStore
    generations: GenerationStore
    teams: TeamStore
    publish: Callable[[Event], object]
    clock: Callable[[], datetime]
    patience: timedelta
