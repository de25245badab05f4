"""What the use cases need of the outside. `generation` numbers a whole set of facts: one answers, one may be built."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import uuid4

from analytics.domain.fact import RULES, Fact
from analytics.domain.measure import Lives
from analytics.domain.period import Period
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import Filter

# Where a page of tickets ended: creation and id of its last one.
Place = tuple[datetime, str]


@dataclass(frozen=True)
class Progress:
    """Of a generation: `subjects` and `events` count what came by replay, `gaps` the facts that miss events."""

    subjects: int
    events: int
    gaps: int


class Facts(Protocol):
    def load(self, generation: int, ids: Iterable[str]) -> dict[str, Fact]: ...

    def save(self, generation: int, facts: Sequence[Fact]) -> set[str]:
        """Ids of facts that were not written, since somebody else wrote them after they were loaded."""
        ...

    def due(self, generation: int, now: datetime, limit: int) -> list[Fact]:
        """Facts that miss events and whose `ask_at` has come."""
        ...

    def gaps(self, generation: int) -> int: ...

    def progress(self, generation: int) -> Progress: ...

    def lives(self, generation: int, where: Filter, period: Period, key: Sequence[str]) -> Iterable[Lives]:
        """Of the facts that match: those that had begun when the period ended and were not settled when it began. `key`
        names the fields that go into Lives.key; facts of one key may come in several parts."""
        ...

    def state_time(
        self, generation: int, where: Filter, period: Period, key: Sequence[str]
    ) -> Iterable[tuple[Mapping[str, Any], str, float]]:
        """Fields of the key, state, and the seconds spent in it within the period by facts that are not excluded."""
        ...

    def counted(
        self, generation: int, where: Filter, period: Period, measure: Counted, size: int, after: Place | None
    ) -> list[Fact]:
        """The facts behind a measure of the period, newest first."""
        ...

    def newest_event(self, generation: int) -> datetime | None: ...

    def drop(self, generation: int) -> None: ...


@dataclass(frozen=True)
class Building:
    """A generation on its way. `expected` is (subjects, events) once a replay that it asked for has ended."""

    generation: int
    job_id: str
    expected: tuple[int, int] | None = None

    def new_ask(self) -> str:
        return f"{self.job_id}-{uuid4().hex[:8]}"

    def asked_for(self, replay_id: str) -> bool:
        """Not so of a replay that began earlier: it may have read the log before tickets that this one must have."""
        return replay_id.startswith(f"{self.job_id}-")


@dataclass(frozen=True)
class State:
    """`rules` are those that the live generation was folded by."""

    live: int
    building: Building | None = None
    rules: int = RULES

    @property
    def generations(self) -> tuple[int, ...]:
        return (self.live, self.building.generation) if self.building else (self.live,)


class Generations(Protocol):
    """Which generation answers. A store without any state starts with a building one: a new consumer has missed
    whatever happened before it came."""

    def read(self, now: datetime) -> State: ...

    def begin(self, job_id: str, now: datetime) -> Building:
        """The running rebuild where there is one already."""
        ...

    def claim_ask(self, now: datetime, patience: timedelta) -> bool:
        """Whether a replay for the building generation is due, and the caller is the one to ask for it. `patience` is
        the wait for the first sign of it; each further one is twice as long."""
        ...

    def arrived(self, generation: int, now: datetime, patience: timedelta) -> None:
        """Replayed events came in: no need to ask again for another `patience`."""
        ...

    def expect(self, generation: int, subjects: int, events: int) -> None: ...

    def switch(self, building: Building, now: datetime) -> bool: ...

    def take_retired(self, before: datetime) -> list[int]:
        """Generations that stopped answering before that instant, each told to one caller."""
        ...


class Teams(Protocol):
    def save(self, team_id: str, confidential: bool, sequence: int) -> None:
        """An older sequence than the stored one changes nothing."""
        ...

    def confidential(self) -> Mapping[str, bool]:
        """Team id → confidential; up to a second old."""
        ...


class Replays(Protocol):
    def ask(
        self, of: Literal["tickets", "people"], only: Sequence[str] | None = None, job_id: str | None = None
    ) -> None: ...
