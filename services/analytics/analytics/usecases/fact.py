"""Folds ticket events into facts, in batches. Other replicas may fold events of the same tickets at the same time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analytics import metrics
from analytics.domain.fact import Fact, Outcome, Step
from analytics.usecases.ports import Ports
from trackline_schemas.events import TICKET_CREATED, TICKET_PURGED, TICKET_UPDATED, Event, TicketEvent
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.ticket.views import TicketView

ATTEMPTS = 10

# Ticket id → [(step, whether it is a replay)].
Arrivals = Mapping[str, Sequence[tuple[Step, bool]]]


def fold(ports: Ports, events: Sequence[Event]) -> None:
    """Raises pydantic's ValidationError, and writes nothing, if one of the events has broken data."""
    arrivals: dict[str, list[tuple[Step, bool]]] = defaultdict(list)
    for event in events:
        arrivals[event.subject].append((to_step(event), event.replay))
    # The state is read for every batch, because another replica may have begun a rebuild. The rebuild needs every event
    # that was not in the log yet when its replay read it.
    state = ports.generations.read(ports.clock())
    for outcome, count in _fold_into(ports, state.live, arrivals, rebuild=False).items():
        metrics.EVENTS.labels(outcome.value).inc(count)
    if state.building:
        _fold_into(ports, state.building.generation, arrivals, rebuild=True)
        if any(replayed for steps in arrivals.values() for _, replayed in steps):
            ports.generations.record_arrival(state.building.generation, ports.clock(), ports.patience)


def to_step(event: Event) -> Step:
    """Returns the step of an event. An unknown event type only advances the sequence."""
    if event.type not in (TICKET_CREATED, TICKET_UPDATED):
        return Step(event.sequence, event.time, purges=event.type == TICKET_PURGED)
    data = TicketEvent.model_validate(event.data)
    replied = event.type == TICKET_UPDATED and _is_reply(data)
    return Step(event.sequence, event.time, _dimensions(data.ticket), "state" in data.changes, replied)


def _dimensions(ticket: TicketView) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in TICKET_FIELDS}


def _is_reply(data: TicketEvent) -> bool:
    """Returns whether an agent commented publicly on somebody else's ticket. A comment by a rule has the role
    system."""
    comment = data.comment
    if comment is None or comment.visibility != "public" or comment.role != "agent":
        return False
    return comment.author_id != data.ticket.requester_id


def _fold_into(ports: Ports, generation: int, arrivals: Arrivals, *, rebuild: bool) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    left = dict(arrivals)
    for _ in range(ATTEMPTS):
        facts = ports.facts.load(generation, left)
        taken = {id_: _take(ports, facts.setdefault(id_, Fact(id_)), left[id_], rebuild) for id_ in left}
        lost = ports.facts.save(generation, [facts[id_] for id_, (_, changed) in taken.items() if changed])
        ports.facts.announce(generation, left)
        for id_ in taken.keys() - lost:
            outcomes += taken[id_][0]
        left = {id_: left[id_] for id_ in lost}
        if not left:
            return outcomes
    raise RuntimeError(f"{len(left)} facts were written by others {ATTEMPTS} times in a row")


def _take(ports: Ports, fact: Fact, steps: Iterable[tuple[Step, bool]], rebuild: bool) -> tuple[Counter[Outcome], bool]:
    """Returns the number of steps by outcome, and whether the fact must be written."""
    before = (fact.applied, fact.known, fact.replayed, len(fact.parked))
    outcomes = Counter(fact.take(step) for step, _ in steps)
    if rebuild:
        fact.replayed = max([fact.replayed, *(step.sequence for step, replayed in steps if replayed)])
    fact.settle(before[0], ports.clock(), ports.patience)
    changed = before != (fact.applied, fact.known, fact.replayed, len(fact.parked))
    return outcomes, changed
