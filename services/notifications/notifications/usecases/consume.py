"""Which function handles which type of event, and in which order."""

from collections.abc import Callable, Mapping, Sequence

from notifications.usecases.notify import notify
from notifications.usecases.ports import Ports
from notifications.usecases.project import project
from notifications.usecases.purge import purge
from trackline_schemas.events import (
    ORGANISATION_CHANGED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_PURGED,
    TICKET_UPDATED,
    USER_CHANGED,
    Event,
)

# Takes all events of its types in a batch, and returns earlier events that waited for them.
Handler = Callable[[Ports, Sequence[Event]], Sequence[Event]]

# In order: who may read a ticket must be known before anybody is told of it, and a purge removes what was written
# before. Event types of one channel alone are in its own `handlers`.
HANDLERS: Mapping[str, Handler] = {
    USER_CHANGED: project,
    TEAM_CHANGED: project,
    ORGANISATION_CHANGED: project,
    TICKET_CREATED: notify,
    TICKET_UPDATED: notify,
    TICKET_PURGED: purge,
}


def consume(ports: Ports, events: Sequence[Event]) -> None:
    for channel in ports.channels:
        for kind, handle in channel.handlers.items():
            own = [event for event in events if event.type == kind]
            if own:
                handle(own)
    batch = list(events)
    for handler in dict.fromkeys(HANDLERS.values()):
        handled = [event for event in batch if HANDLERS.get(event.type) is handler]
        if handled:
            batch += handler(ports, handled)
