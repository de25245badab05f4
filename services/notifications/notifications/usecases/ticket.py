from collections.abc import Sequence

from notifications.usecases.notify import notify
from notifications.usecases.ports import Ports, TicketRights
from notifications.usecases.purge import undo_late_events
from trackline_schemas.access import DECIDING
from trackline_schemas.events import Event


def apply(ports: Ports, events: Sequence[Event]) -> None:
    """Saves who may read the tickets, then notifies of the events. Replayed and historical events are only saved."""
    newest: dict[str, tuple[int, TicketRights]] = {}
    for event in sorted(events, key=lambda event: event.sequence):
        newest[event.subject] = event.sequence, {name: event.data["ticket"].get(name) for name in DECIDING}
    ports.tickets.apply(newest)
    notify(ports, events)
    undo_late_events(ports, {event.subject for event in events if event.replay or event.historical})
