"""Turns the history of a ticket into a conversation: comments, and the changes between them, folded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from trackline_schemas.ticket.states import FINAL
from trackline_schemas.ticket.views import Comment, HistoryEntry, TicketView


@dataclass(frozen=True)
class Change:
    field: str
    before: Any
    after: Any


@dataclass
class Step:
    """What somebody changed between two comments, or together with a comment. `time` is that of the last change."""

    actor_id: str
    time: datetime
    changes: list[Change] = field(default_factory=list)
    time_spent: int = 0

    def add(self, event: HistoryEntry, changes: list[Change]) -> None:
        self.time = event.time
        self.changes += changes
        self.time_spent += event.time_spent or 0

    @property
    def count(self) -> int:
        return len(self.changes) or 1


@dataclass
class Entry:
    """Either a comment with the changes of the same event as its only step, or what happened until the next comment.
    `first` is the sequence of its first event."""

    first: int
    steps: list[Step]
    comment: Comment | None = None

    @property
    def count(self) -> int:
        return sum(step.count for step in self.steps)

    @property
    def actors(self) -> list[str]:
        return list(dict.fromkeys(step.actor_id for step in self.steps))


# Another change of the same event already implies these.
_IMPLIED = frozenset({"resolution", "close_reason"})


def entries(history: Sequence[HistoryEntry]) -> list[Entry]:
    found: list[Entry] = []
    for event in history:
        changes = [] if event.type.startswith("ticket.created") else _changes(event)
        if event.comment is not None:
            found.append(Entry(event.sequence, [Step(event.actor_id, event.time, changes)], event.comment))
        elif changes or event.time_spent:
            if not found or found[-1].comment is not None:
                found.append(Entry(event.sequence, []))
            _step_of(found[-1].steps, event).add(event, changes)
    return found


def _step_of(steps: list[Step], event: HistoryEntry) -> Step:
    """Returns the last step if it is by the same person, or a new one."""
    if not steps or steps[-1].actor_id != event.actor_id:
        steps.append(Step(event.actor_id, event.time))
    return steps[-1]


def find_solution(ticket: TicketView, comments: Sequence[Comment]) -> str | None:
    """Returns the id of the reply that is the solution, so that the page does not show it twice."""
    if ticket.state not in ("resolved", "closed") or not ticket.resolution:
        return None
    replies = [one.id for one in comments if one.visibility == "public" and one.text == ticket.resolution]
    return replies[-1] if replies else None


def time_in_states(history: Sequence[HistoryEntry], now: datetime) -> dict[str, timedelta]:
    """Returns state → how long the ticket was in it, in the order of their first time, without closed and cancelled."""
    spent: dict[str, timedelta] = {}
    moves = [(event.time, event.changes["state"]) for event in history if "state" in event.changes]
    if not moves:
        return spent
    # A creation event may lack the state. The first change then says what it was before.
    state, since = moves[0][1][0], history[0].time
    for at, (_, after) in [*moves, (now, (None, None))]:
        if state and state not in FINAL:
            spent[state] = spent.get(state, timedelta()) + (at - since)
        state, since = after, at
    return spent


def _changes(event: HistoryEntry) -> list[Change]:
    return [Change(name, before, after) for name, (before, after) in event.changes.items() if name not in _IMPLIED]
