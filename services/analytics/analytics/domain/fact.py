"""The facts that analytics keeps of one ticket. They are folded from its events in the order of their sequence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from trackline_schemas.ticket.states import ACTIVE, DONE, FINAL, STATES, resolves

# The time in a final state is not measured.
TIMED: frozenset[str] = frozenset(STATES) - FINAL
# The version of the rules that fold events into facts. Facts of an earlier version are rebuilt.
RULES = 3
# Facts of older versions lack fields that today's queries need.
READABLE = 3
MAX_PARKED = 200
MAX_DOUBLINGS = 6


class Outcome(StrEnum):
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    PARKED = "parked"


@dataclass(frozen=True)
class Step:
    """The effect of one event on a fact. `ticket` has the ticket's fields after the event. It is None for an unknown
    event type, which only advances the sequence. `sets_state` is also true if the event set the state that the ticket
    already had. A step that purges is the last one of its ticket."""

    sequence: int
    time: datetime
    ticket: Mapping[str, Any] | None = None
    sets_state: bool = False
    replied: bool = False
    purges: bool = False


@dataclass(frozen=True)
class Span:
    state: str
    start: datetime
    end: datetime | None = None


@dataclass
class Fact:
    """`known` is the highest sequence seen, `applied` the last one folded: they differ while events are missing.
    `replayed` is the highest sequence that came by replay. `revision` counts the writes of the stored fact."""

    id: str
    revision: int = 0
    applied: int = 0
    known: int = 0
    replayed: int = 0
    parked: dict[int, Step] = field(default_factory=dict)
    ask_at: datetime | None = None
    asks: int = 0
    ticket: dict[str, Any] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    event_at: datetime | None = None
    replied_at: datetime | None = None
    first_resolution_at: datetime | None = None
    last_resolution_at: datetime | None = None
    done_at: datetime | None = None
    reopenings: int = 0
    team_changes: int = 0
    assignee_changes: int = 0

    @property
    def excluded(self) -> str | None:
        """Why the ticket is outside all measures: merged, cancelled, or None."""
        if self.ticket.get("close_reason") == "merged":
            return "merged"
        return "cancelled" if self.ticket.get("state") == "cancelled" else None

    @property
    def entered_at(self) -> datetime | None:
        """The time at which the present state began."""
        return self.spans[-1].start if self.spans else None

    @property
    def settled_at(self) -> datetime | None:
        """The time since which only the time in the last state has grown. None while the ticket is active."""
        if self.ticket.get("state") in ACTIVE:
            return None
        return max(filter(None, (self.replied_at, self.last_resolution_at, self.entered_at)), default=None)

    @property
    def rests(self) -> list[tuple[datetime, datetime]]:
        """The spans of time between creation and `done_at` in which the ticket was not active."""
        idle = [span for span in self.spans if span.state not in ACTIVE]
        until = self.done_at
        return [(span.start, span.end) for span in idle if span.end and (until is None or span.end <= until)]

    def state_time(self, start: datetime, end: datetime) -> dict[str, float]:
        """Seconds in each state within start ≤ t < end."""
        total: dict[str, float] = {}
        for span in self.spans:
            within = (min(span.end or end, end) - max(span.start, start)).total_seconds()
            if span.state in TIMED and within > 0:
                total[span.state] = total.get(span.state, 0) + within
        return total

    def take(self, step: Step) -> Outcome:
        """Applies the step, and the parked steps that follow it, if it is the next one. Otherwise parks the step."""
        if step.purges:
            return self._purge(step.sequence)
        self.known = max(self.known, step.sequence)
        if step.sequence <= self.applied or step.sequence in self.parked:
            return Outcome.DUPLICATE
        self.parked[step.sequence] = step
        if step.sequence > self.applied + 1:
            self._drop_farthest()
            return Outcome.PARKED
        while following := self.parked.pop(self.applied + 1, None):
            self._apply(following)
        return Outcome.APPLIED

    def settle(self, applied_before: int, now: datetime, patience: timedelta) -> None:
        """Sets the time at which to ask for missing events: `patience` after the gap appeared."""
        if self.known == self.applied:
            self.ask_at, self.asks = None, 0
        elif self.ask_at is None or self.applied > applied_before:
            self.ask_at, self.asks = now + patience, 0

    def record_request(self, now: datetime, patience: timedelta) -> None:
        """Records a request for a replay. Each further one waits twice as long, because a lost event may never come."""
        self.asks = min(self.asks + 1, MAX_DOUBLINGS)
        self.ask_at = now + patience * 2**self.asks

    def _purge(self, sequence: int) -> Outcome:
        """Empties the fact and marks everything as applied, so that late events of the ticket count as duplicates."""
        if self.applied >= sequence:
            return Outcome.DUPLICATE
        vars(self).update(vars(Fact(self.id, self.revision, sequence, sequence, self.replayed)))
        return Outcome.APPLIED

    def _drop_farthest(self) -> None:
        # `known` still includes the dropped event, so that the gap stays open until a replay brings the event again.
        if len(self.parked) > MAX_PARKED:
            del self.parked[max(self.parked)]

    def _apply(self, step: Step) -> None:
        self.applied = step.sequence
        self.event_at = max(step.time, self.event_at or step.time)
        if step.ticket is None:
            return
        before, self.ticket = self.ticket, dict(step.ticket)
        start = self.ticket["created_at"]
        # The clocks of two writers may differ, but no time in a fact may be earlier than the one before.
        at = max(step.time, self.spans[-1].start if self.spans else start)
        self._enter(before.get("state"), self.ticket["state"], at if before else start)
        self._resolve(before.get("state"), step, at)
        if before:
            self.team_changes += before.get("team_id") != self.ticket["team_id"]
            self.assignee_changes += before.get("assignee_id") != self.ticket["assignee_id"]
        if step.replied:
            self.replied_at = self.replied_at or at

    def _enter(self, was: str | None, state: str, at: datetime) -> None:
        if was == state:
            return
        if self.spans:
            self.spans[-1] = Span(self.spans[-1].state, self.spans[-1].start, at)
        self.spans.append(Span(state, at))
        self.reopenings += was in DONE and state in ACTIVE
        if state in ACTIVE:
            self.done_at = None
        elif was is None or was in ACTIVE:
            self.done_at = at

    def _resolve(self, was: str | None, step: Step, at: datetime) -> None:
        earlier = self.last_resolution_at is not None
        if resolves(was, self.ticket["state"], named=step.sets_state, earlier=earlier):
            self.first_resolution_at = self.first_resolution_at or at
            self.last_resolution_at = at
