from collections.abc import Sequence

from notifications.usecases.notify import notify
from notifications.usecases.ports import Ports
from trackline_schemas.events import Event, TeamChanged


def apply(ports: Ports, events: Sequence[Event]) -> None:
    """Saves the teams, then notifies of the ticket events that waited for them."""
    for event in events:
        ports.teams.apply(TeamChanged.model_validate(event.data), event.sequence)
    notify(ports, ports.parked.waiting_for([], {event.subject for event in events}))
