"""Events into facts, in batches, safe beside other consumers of the same queue."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from analytics import metrics
from analytics.domain.fact import Fact, Outcome, Step
from analytics.usecases.ports import Facts, Generations, Teams
from trackline_schemas.events import (
    REPLAY_FINISHED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_PURGED,
    TICKET_UPDATED,
    Event,
    ReplayFinished,
    TeamChanged,
    TicketEvent,
)
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.ticket.views import TicketView

ATTEMPTS = 10

Arrivals = Mapping[str, Sequence[tuple[Step, bool]]]


class Consume:
    """`patience` is how long a gap may last before a replay is asked for."""

    def __init__(
        self,
        facts: Facts,
        generations: Generations,
        teams: Teams,
        clock: Callable[[], datetime],
        patience: timedelta,
    ) -> None:
        self._facts = facts
        self._generations = generations
        self._teams = teams
        self._clock = clock
        self._patience = patience

    def __call__(self, events: Sequence[Event]) -> None:
        arrivals: dict[str, list[tuple[Step, bool]]] = defaultdict(list)
        for event in events:
            if event.type.startswith("ticket."):
                arrivals[event.subject].append((step_of(event), event.replay))
            elif event.type == TEAM_CHANGED:
                team = TeamChanged.model_validate(event.data)
                self._teams.save(team.id, team.confidential, event.sequence)
        self._fold(arrivals)
        # Only after the events of the same batch are in: the counts are compared with what was folded.
        self._expect([ReplayFinished.model_validate(one.data) for one in events if one.type == REPLAY_FINISHED])
        _note_lag(events, self._clock())

    def _fold(self, arrivals: Arrivals) -> None:
        if not arrivals:
            return
        # Read for every batch: a rebuild that another replica began must get each event that its replay's reading of
        # the log came too early for.
        state = self._generations.read(self._clock())
        for outcome, count in self._fold_into(state.live, arrivals, rebuild=False).items():
            metrics.EVENTS.labels(outcome.value).inc(count)
        if state.building:
            self._fold_into(state.building.generation, arrivals, rebuild=True)
            if any(replayed for steps in arrivals.values() for _, replayed in steps):
                self._generations.arrived(state.building.generation, self._clock(), self._patience)

    def _fold_into(self, generation: int, arrivals: Arrivals, *, rebuild: bool) -> Counter[Outcome]:
        outcomes: Counter[Outcome] = Counter()
        left = dict(arrivals)
        for _ in range(ATTEMPTS):
            facts = self._facts.load(generation, left)
            taken = {id_: self._take(facts.setdefault(id_, Fact(id_)), left[id_], rebuild) for id_ in left}
            lost = self._facts.save(generation, [facts[id_] for id_, (_, changed) in taken.items() if changed])
            for id_ in taken.keys() - lost:
                outcomes += taken[id_][0]
            left = {id_: left[id_] for id_ in lost}
            if not left:
                return outcomes
        raise RuntimeError(f"{len(left)} facts were written by others {ATTEMPTS} times in a row")

    def _take(self, fact: Fact, steps: Iterable[tuple[Step, bool]], rebuild: bool) -> tuple[Counter[Outcome], bool]:
        """What became of the steps, and whether the fact must be written."""
        before = (fact.applied, fact.known, fact.replayed, len(fact.parked))
        outcomes = Counter(fact.take(step) for step, _ in steps)
        if rebuild:
            fact.replayed = max([fact.replayed, *(step.sequence for step, replayed in steps if replayed)])
        fact.settle(before[0], self._clock(), self._patience)
        changed = before != (fact.applied, fact.known, fact.replayed, len(fact.parked))
        return outcomes, changed

    def _expect(self, finished: Sequence[ReplayFinished]) -> None:
        building = self._generations.read(self._clock()).building if finished else None
        for replay in finished:
            if building and building.asked_for(replay.job_id):
                self._generations.expect(building.generation, replay.subjects, replay.events)


def step_of(event: Event) -> Step:
    """Raises pydantic's ValidationError for a known type with broken data."""
    if event.type not in (TICKET_CREATED, TICKET_UPDATED):
        return Step(event.sequence, event.time, purges=event.type == TICKET_PURGED)
    data = TicketEvent.model_validate(event.data)
    replied = event.type == TICKET_UPDATED and _is_reply(data)
    return Step(event.sequence, event.time, _dimensions(data.ticket), "state" in data.changes, replied)


def _dimensions(ticket: TicketView) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in TICKET_FIELDS}


def _is_reply(data: TicketEvent) -> bool:
    """A public comment that an agent made on somebody else's ticket. What a rule sent has the role system."""
    comment = data.comment
    if comment is None or comment.visibility != "public" or comment.role != "agent":
        return False
    return comment.author_id != data.ticket.requester_id


def _note_lag(events: Iterable[Event], now: datetime) -> None:
    written = [event.recordedat for event in events if not event.replay]
    if written:
        metrics.LAG_SECONDS.set((now - max(written)).total_seconds())
