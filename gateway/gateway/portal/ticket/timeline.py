"""The history of a ticket as a conversation: comments, and between them what else happened, folded."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from trackline_schemas.paging import MAX_PAGE, Page
from trackline_schemas.ticket.states import FINAL
from trackline_schemas.ticket.views import Comment, HistoryEntry

T = TypeVar("T")
LONGEST = 20


@dataclass(frozen=True)
class Change:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Happening:
    """One event without words: who changed what."""

    actor_id: str
    time: datetime
    changes: list[Change]
    time_spent: int | None = None


@dataclass
class Entry:
    """Either a comment with what changed in the same step, or happenings that follow one another."""

    comment: Comment | None = None
    changes: list[Change] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(happening.changes) or 1 for happening in self.happenings)

    @property
    def actors(self) -> list[str]:
        return list(dict.fromkeys(happening.actor_id for happening in self.happenings))


async def all_pages(read: Callable[[str | None], Awaitable[Page[T]]]) -> list[T]:
    """A conversation is read from its beginning; beyond 2,000 entries it is cut, and the page says so."""
    items: list[T] = []
    after: str | None = None
    for _ in range(LONGEST):
        page = await read(after)
        items += page.items
        after = page.after
        if after is None:
            break
    return items


def is_cut(items: Sequence[object]) -> bool:
    return len(items) >= LONGEST * MAX_PAGE


# Told by the comment beside them, or by the change of priority that they caused.
_IMPLIED = frozenset({"resolution", "close_reason"})


def entries(history: Sequence[HistoryEntry]) -> list[Entry]:
    found: list[Entry] = []
    for event in history:
        changes = [] if event.type.startswith("ticket.created") else _changes(event)
        if event.comment is not None:
            found.append(Entry(comment=event.comment, changes=changes))
        elif changes or event.time_spent:
            happening = Happening(event.actor_id, event.time, changes, event.time_spent)
            if found and found[-1].comment is None:
                found[-1].happenings.append(happening)
            else:
                found.append(Entry(happenings=[happening]))
    return found


def time_in_states(history: Sequence[HistoryEntry], now: datetime) -> dict[str, timedelta]:
    """State → how long the ticket was in it, in the order of their first time. What is closed or cancelled rests."""
    spent: dict[str, timedelta] = {}
    moves = [(event.time, event.changes["state"]) for event in history if "state" in event.changes]
    if not moves:
        return spent
    # An event of creation that does not name the state leaves it to the first change to say what it was.
    state, since = moves[0][1][0], history[0].time
    for at, (_, after) in [*moves, (now, (None, None))]:
        if state and state not in FINAL:
            spent[state] = spent.get(state, timedelta()) + (at - since)
        state, since = after, at
    return spent


def _changes(event: HistoryEntry) -> list[Change]:
    return [Change(name, before, after) for name, (before, after) in event.changes.items() if name not in _IMPLIED]
