"""Handles each batch of events. The order of HANDLERS is the order of handling within a batch."""

from collections.abc import Callable, Mapping, Sequence

from knowledge.usecases import document, replay
from knowledge.usecases.ports import Ports
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
    TICKET_CREATED: document.fold_tickets,
    TICKET_UPDATED: document.fold_tickets,
    TICKET_PURGED: document.fold_tickets,
    TEAM_CHANGED: team.apply,
    # This comes after the tickets, because the batch may contain the last events of the replay. Tickets that the replay
    # did not contain are removed.
    REPLAY_FINISHED: replay.finish,
}


def consume(ports: Ports, events: Sequence[Event]) -> None:
    """Skips unknown types."""
    for handle, own in group_by_handler(HANDLERS, events):
        handle(ports, own)
