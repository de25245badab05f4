from collections.abc import Sequence

from notifications.usecases.notify import notify
from notifications.usecases.ports import Ports
from trackline_schemas.events import Event, UserChanged


def apply(ports: Ports, events: Sequence[Event]) -> None:
    """Saves the people, then notifies of the ticket events that waited for them."""
    for event in events:
        ports.people.apply(UserChanged.model_validate(event.data), event.sequence)
    notify(ports, ports.parked.waiting_for({event.subject for event in events}, []))
