"""Skips the events of types that a reader does not handle, according to the registry of event types."""

from collections.abc import Iterable, Iterator

from trackline_chassis.metrics import EVENTS_SKIPPED
from trackline_core.metrics import start_at_zero
from trackline_schemas.events import Event
from trackline_schemas.events.registry import handled_by, skipped_by


def count_from_zero(reader: str) -> None:
    """Creates the counters of the types that this release knows and the reader skips."""
    start_at_zero(EVENTS_SKIPPED, reader=[reader], type=skipped_by(reader))


def handles(reader: str, event: Event) -> bool:
    """Returns whether the reader handles the event's type, and counts the event as skipped if not."""
    if event.type in handled_by(reader):
        return True
    EVENTS_SKIPPED.labels(reader, event.type).inc()
    return False


def keep_handled(reader: str, events: Iterable[Event]) -> Iterator[Event]:
    """Yields the events that the reader handles."""
    return (event for event in events if handles(reader, event))
