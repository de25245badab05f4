"""Handles each batch of events. The order of HANDLERS is the order of handling within a batch."""

from collections.abc import Callable, Mapping, Sequence

from notifications.usecases import fill, organisation, person, purge, team, ticket
from notifications.usecases.ports import Ports
from trackline_core.dispatch import group_by_handler
from trackline_schemas.events import (
    ORGANISATION_CHANGED,
    REPLAY_FINISHED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_PURGED,
    TICKET_UPDATED,
    USER_CHANGED,
    Event,
)

Handler = Callable[[Ports, Sequence[Event]], None]

# Event types that only concern one channel are in the `handlers` of that channel.
HANDLERS: Mapping[str, Handler] = {
    # These come before the tickets, because they decide who may read a ticket.
    USER_CHANGED: person.apply,
    TEAM_CHANGED: team.apply,
    ORGANISATION_CHANGED: organisation.apply,
    TICKET_CREATED: ticket.apply,
    TICKET_UPDATED: ticket.apply,
    # A purge comes after the tickets, because it removes what their events wrote.
    TICKET_PURGED: purge.purge,
    REPLAY_FINISHED: fill.finish,
}


def consume(ports: Ports, events: Sequence[Event]) -> None:
    """Skips types that neither HANDLERS nor a channel knows."""
    # A channel compares what is known of a person with the change of it, so it comes first.
    for channel in ports.channels:
        for handle_own, own in group_by_handler(channel.handlers, events):
            handle_own(own)
    for handle, batch in group_by_handler(HANDLERS, events):
        handle(ports, batch)
