"""Handles each batch of events. The order of HANDLERS is the order of handling within a batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from analytics.usecases import fact, rebuild
from analytics.usecases.ports import Ports
from trackline_core import team
from trackline_core.dispatch import group_by_handler
from trackline_schemas.events import (
    REPLAY_FINISHED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_PURGED,
    TICKET_UPDATED,
    Event,
)

Handler = Callable[[Ports, Sequence[Event]], None]

HANDLERS: Mapping[str, Handler] = {
    TICKET_CREATED: fact.fold,
    TICKET_UPDATED: fact.fold,
    TICKET_PURGED: fact.fold,
    TEAM_CHANGED: team.apply,
    # This comes after the tickets, because it compares the counts of the replay with what was folded.
    REPLAY_FINISHED: rebuild.expect,
}


def consume(ports: Ports, events: Sequence[Event]) -> None:
    """Skips unknown types, except those of tickets, which count in the sequence of their ticket."""
    handlers = {**_types_of_tickets(events), **HANDLERS}
    for handle, own in group_by_handler(handlers, events):
        handle(ports, own)


def _types_of_tickets(events: Iterable[Event]) -> dict[str, Handler]:
    return {event.type: fact.fold for event in events if event.type.startswith("ticket.")}
