"""Handles each batch of events. The order of HANDLERS is the order of handling within a batch."""

from collections.abc import Callable, Mapping, Sequence

from tickets.usecases import person, replay
from tickets.usecases.ports import Ports
from trackline_core import team
from trackline_core.dispatch import group_by_handler
from trackline_schemas.events import REPLAY_REQUESTED, TEAM_CHANGED, USER_CHANGED, Event

Handler = Callable[[Ports, Sequence[Event]], None]

HANDLERS: Mapping[str, Handler] = {
    TEAM_CHANGED: team.apply,
    USER_CHANGED: person.apply,
    REPLAY_REQUESTED: replay.start_requested,
}


def consume(ports: Ports, events: Sequence[Event]) -> None:
    """Skips unknown types."""
    for handle, own in group_by_handler(HANDLERS, events):
        handle(ports, own)
    # The rights follow from the people and the teams of the whole batch.
    person.settle_after(ports, events)
