"""The table of a ticket's states. Uses only the standard library, because the services' domains import it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from trackline_schemas.wording import noop

State = Literal["new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class StateInfo:
    """`next` are the states that may follow. `active` means that somebody works on the ticket, `done` that the work is
    done unless the ticket is reopened, and `final` that the time in this state is not measured."""

    label: str
    label_for_requester: str
    next: tuple[State, ...]
    active: bool = False
    done: bool = False
    final: bool = False


STATES: Mapping[State, StateInfo] = {
    "new": StateInfo(
        label=noop("New"),
        label_for_requester=noop("Received"),
        next=("open", "pending", "on_hold", "resolved", "cancelled"),
        active=True,
    ),
    "open": StateInfo(
        label=noop("Open"),
        label_for_requester=noop("In progress"),
        next=("pending", "on_hold", "resolved", "cancelled"),
        active=True,
    ),
    "pending": StateInfo(
        label=noop("Waiting for requester"),
        label_for_requester=noop("Waiting for you"),
        next=("open", "on_hold", "resolved", "cancelled"),
        active=True,
    ),
    "on_hold": StateInfo(
        label=noop("On hold"),
        label_for_requester=noop("On hold"),
        next=("open", "pending", "resolved", "cancelled"),
        active=True,
    ),
    "resolved": StateInfo(
        label=noop("Resolved"), label_for_requester=noop("Resolved"), next=("open", "closed"), done=True
    ),
    "closed": StateInfo(label=noop("Closed"), label_for_requester=noop("Closed"), next=(), done=True, final=True),
    "cancelled": StateInfo(label=noop("Cancelled"), label_for_requester=noop("Cancelled"), next=("open",), final=True),
}

# In the order in which a ticket usually goes through them.
ACTIVE_STATES: tuple[State, ...] = tuple(name for name, state in STATES.items() if state.active)
ACTIVE: frozenset[str] = frozenset(ACTIVE_STATES)
DONE: frozenset[str] = frozenset(name for name, state in STATES.items() if state.done)
FINAL: frozenset[str] = frozenset(name for name, state in STATES.items() if state.final)
TRANSITIONS: Mapping[str, tuple[State, ...]] = {name: state.next for name, state in STATES.items()}


def resolves(before: str | None, after: str, *, named: bool, earlier: bool) -> bool:
    """Returns whether an event is a resolution. `before` is None if the event created the ticket, `named` says whether
    the event set the state, and `earlier` whether the ticket had a resolution before. Closing a ticket that had none is
    a resolution too. Closing a reopened one is not: its resolution stays where it was."""
    if after == "resolved":
        return named or before != after
    return after == "closed" and not earlier and (before is None or before in ACTIVE)
