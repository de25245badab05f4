"""In-memory stores that pass the same contract tests as those on MongoDB."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from analytics.domain.fact import MAX_DOUBLINGS, Fact
from analytics.domain.measure import Tallies, Tally
from analytics.domain.period import Period
from analytics.usecases.ports import Building, Grouped, Place, Progress, State
from trackline_schemas.analytics import Counted
from trackline_schemas.events import Event, ReplayRequested, TeamChanged
from trackline_schemas.filters import Filter, matches
from trackline_schemas.ticket.states import ACTIVE

from .stories import START


class FakeClock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class FakeFacts:
    def __init__(self) -> None:
        self.stored: dict[int, dict[str, Fact]] = defaultdict(dict)

    def load(self, generation: int, ids: Iterable[str]) -> dict[str, Fact]:
        stored = self.stored[generation]
        return {id_: deepcopy(stored[id_]) for id_ in ids if id_ in stored}

    def save(self, generation: int, facts: Sequence[Fact]) -> set[str]:
        stored = self.stored[generation]
        lost = set()
        for fact in facts:
            current = stored[fact.id].revision if fact.id in stored else 0
            if current == fact.revision:
                stored[fact.id] = replace(deepcopy(fact), revision=current + 1)
            else:
                lost.add(fact.id)
        return lost

    def announce(self, generation: int, ids: Iterable[str]) -> None:
        pass

    def follow(self, generation: int) -> None:
        pass

    def due(self, generation: int, now: datetime, limit: int) -> list[Fact]:
        waiting = [fact for fact in self.stored[generation].values() if fact.ask_at and fact.ask_at <= now]
        return deepcopy(sorted(waiting, key=lambda fact: fact.ask_at or now)[:limit])

    def gaps(self, generation: int) -> int:
        return sum(fact.ask_at is not None for fact in self.stored[generation].values())

    def progress(self, generation: int) -> Progress:
        replayed = [fact.replayed for fact in self.stored[generation].values() if fact.replayed]
        return Progress(len(replayed), sum(replayed), self.gaps(generation))

    def tallies(
        self, generation: int, where: Filter, edges: Sequence[datetime], key: Sequence[str]
    ) -> Iterator[Grouped]:
        found: dict[tuple[tuple[Any, ...], str | None], Tallies] = defaultdict(lambda: Tallies.empty(edges))
        for fact in self._matching(generation, where):
            if "created_at" in fact.ticket and fact.ticket["created_at"] < edges[-1]:
                count(fact, edges, found[tuple(fact.ticket.get(name) for name in key), fact.excluded])
        for (values, excluded), tallies in found.items():
            yield dict(zip(key, values, strict=True)), excluded, tallies

    def state_time(
        self, generation: int, where: Filter, period: Period, key: Sequence[str]
    ) -> Iterator[tuple[Mapping[str, Any], str, float]]:
        total: Counter[tuple[tuple[Any, ...], str]] = Counter()
        for fact in self._matching(generation, where):
            if fact.excluded is None:
                for state, seconds in fact.state_time(period.start, period.end).items():
                    total[tuple(fact.ticket.get(name) for name in key), state] += seconds  # type: ignore[assignment]
        for (values, state), seconds in total.items():
            yield dict(zip(key, values, strict=True)), state, round(seconds, 3)

    def find_counted(
        self, generation: int, where: Filter, period: Period, measure: Counted, size: int, after: Place | None
    ) -> list[Fact]:
        places = {
            (fact.ticket["created_at"], fact.id): fact
            for fact in self._matching(generation, where)
            if _counts(measure, fact, period)
        }
        return [deepcopy(places[place]) for place in sorted(places, reverse=True) if not after or place < after][:size]

    def _matching(self, generation: int, where: Filter) -> list[Fact]:
        return [fact for fact in self.stored[generation].values() if matches(where, fact.ticket)]

    def newest_event(self, generation: int) -> datetime | None:
        instants = [fact.event_at for fact in self.stored[generation].values() if fact.event_at]
        return max(instants, default=None)

    def drop(self, generation: int) -> None:
        self.stored.pop(generation, None)


def count(fact: Fact, edges: Sequence[datetime], into: Tallies) -> None:
    """Adds the fact to the tallies of the periods in which something happened to it."""

    def at(instant: datetime) -> Tally:
        return into.tallies[bisect_right(edges, instant)]

    created_at: datetime = fact.ticket["created_at"]
    at(created_at).created += 1
    at(created_at).growth += 1
    if fact.done_at:
        at(fact.done_at).growth -= 1
    for start, end in fact.rests:
        at(start).growth -= 1
        at(end).growth += 1
    if fact.replied_at:
        at(fact.replied_at).first_reply.append((fact.replied_at - created_at).total_seconds())
    if fact.first_resolution_at and (last := fact.last_resolution_at):
        at(last).resolution.append((last - created_at).total_seconds())
        at(last).first_resolution.append((fact.first_resolution_at - created_at).total_seconds())
        at(last).reassignments.append(fact.team_changes)
        at(last).reopened += fact.reopenings > 0


def _counts(measure: Counted, fact: Fact, period: Period) -> bool:
    if (fact.excluded is not None) != (measure == "excluded"):
        return False
    match measure:
        case "created" | "excluded":
            return fact.ticket["created_at"] in period
        case "first_reply":
            return fact.replied_at in period
        case "resolved":
            return fact.last_resolution_at in period
        case "reopened":
            return fact.last_resolution_at in period and fact.reopenings > 0
        case "backlog":
            active = [span for span in fact.spans if span.state in ACTIVE]
            return any(span.start < period.end and (span.end is None or span.end >= period.end) for span in active)


class FakeGenerations:
    def __init__(self) -> None:
        self.state: State | None = None
        self.ask_at: datetime | None = None
        self.waits = 0
        self.retired: list[tuple[datetime, int]] = []

    def read(self, now: datetime) -> State:
        if self.state is None:
            self.state, self.ask_at = State(1, Building(2, "first")), now
        return self.state

    def begin(self, job_id: str, now: datetime) -> Building:
        state = self.read(now)
        if state.building:
            return state.building
        building = Building(state.live + 1, job_id)
        self.state, self.ask_at, self.waits = State(state.live, building), now, 0
        return building

    def claim_ask(self, now: datetime, patience: timedelta) -> bool:
        if self.state is None or self.state.building is None or self.ask_at is None or self.ask_at > now:
            return False
        self.ask_at, self.waits = now + patience * 2**self.waits, min(self.waits + 1, MAX_DOUBLINGS)
        return True

    def record_arrival(self, generation: int, now: datetime, patience: timedelta) -> None:
        if self._building(generation):
            self.ask_at, self.waits = now + patience, 1

    def expect(self, generation: int, subjects: int, events: int) -> None:
        if self.state and (building := self._building(generation)):
            self.state = State(self.state.live, replace(building, expected=(subjects, events)))

    def switch(self, building: Building, now: datetime) -> bool:
        if self.state is None or not self._building(building.generation):
            return False
        self.retired.append((now, self.state.live))
        self.state = State(building.generation)
        return True

    def take_retired(self, before: datetime) -> list[int]:
        taken = [generation for at, generation in self.retired if at <= before]
        self.retired = [row for row in self.retired if row[0] > before]
        return taken

    def _building(self, generation: int) -> Building | None:
        building = self.state.building if self.state else None
        return building if building and building.generation == generation else None


class FakeTeams:
    def __init__(self) -> None:
        self.stored: dict[str, tuple[int, bool]] = {}

    def apply(self, team: TeamChanged, sequence: int) -> None:
        self.stored[team.id] = max(self.stored.get(team.id, (-1, True)), (sequence, team.confidential))

    def confidential(self) -> Mapping[str, bool]:
        return {team_id: confidential for team_id, (_, confidential) in self.stored.items()}


class FakeBus:
    """Records the published requests for replays."""

    def __init__(self) -> None:
        self.published: list[Event] = []

    def publish(self, event: Event) -> None:
        self.published.append(event)

    @property
    def asked(self) -> list[tuple[str, list[str] | None]]:
        wanted = [ReplayRequested.model_validate(event.data) for event in self.published]
        return [(one.of, one.only) for one in wanted]
