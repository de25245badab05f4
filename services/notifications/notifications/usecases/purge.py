"""Nothing stays of a ticket that was purged, and its late events bring nothing back."""

from collections.abc import Collection, Sequence

from notifications.usecases.ports import Ports
from trackline_schemas.events import Event


def purge(ports: Ports, events: Sequence[Event]) -> None:
    gone = {event.subject for event in events}
    # Remembered before anything is removed: another replica that looks earlier than this has written earlier too.
    ports.purged.remember(gone)
    _forget(ports, gone)


def undo_late_events(ports: Ports, ticket_ids: Collection[str]) -> None:
    """To be called after the events of these tickets have been written."""
    gone = ports.purged.among(ticket_ids)
    if gone:
        _forget(ports, gone)


def _forget(ports: Ports, ticket_ids: Collection[str]) -> None:
    ports.deliveries.forget(ticket_ids)
    ports.parked.forget(ticket_ids)
    for channel in ports.channels:
        channel.forget(ticket_ids)
