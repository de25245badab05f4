"""Removes everything about purged tickets, and what their late events have written."""

from collections.abc import Collection, Sequence

from notifications.usecases.ports import Ports
from trackline_schemas.events import Event


def purge(ports: Ports, events: Sequence[Event]) -> None:
    gone = {event.subject for event in events}
    # The ids are saved before anything is removed. Another replica that does not find them yet has written its rows
    # before the removal.
    ports.purged.remember(gone)
    _forget(ports, gone)


def undo_late_events(ports: Ports, ticket_ids: Collection[str]) -> None:
    """Must be called after the events of these tickets were written."""
    if ticket_ids and (gone := ports.purged.among(ticket_ids)):
        _forget(ports, gone)


def _forget(ports: Ports, ticket_ids: Collection[str]) -> None:
    ports.deliveries.forget(ticket_ids)
    ports.tickets.forget(ticket_ids)
    ports.parked.forget(ticket_ids)
    for channel in ports.channels:
        channel.forget(ticket_ids)
