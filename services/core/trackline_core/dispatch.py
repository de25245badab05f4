"""Distributes a batch of events to their handlers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from trackline_schemas.events import Event

H = TypeVar("H")


def group_by_handler(handlers: Mapping[str, H], events: Sequence[Event]) -> Iterator[tuple[H, list[Event]]]:
    """Yields (handler, its events) in the order of `handlers`, which maps an event type to its handler. A handler of
    several types gets its events together, in the order of the batch. Events whose type has no handler are skipped."""
    for handler in dict.fromkeys(handlers.values()):
        own = [event for event in events if handlers.get(event.type) == handler]
        if own:
            yield handler, own
