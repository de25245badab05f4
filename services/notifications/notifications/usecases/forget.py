"""Of a ticket that was purged nothing stays, and nothing comes back by its late events."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.usecases.ports import Purged
from trackline_schemas.events import TICKET_PURGED, Event


@dataclass(frozen=True)
class Forget:
    purged: Purged

    def __call__(self, events: Sequence[Event]) -> None:
        """To be called once the events have left their rows: what another replica writes after our look was written
        before its own."""
        gone = {event.subject for event in events if event.type == TICKET_PURGED}
        if gone:
            self.purged.remember(gone)
        subjects = {event.subject for event in events if event.type.startswith("ticket.")}
        found = self.purged.among(subjects) if subjects else set()
        if found:
            self.purged.drop(found)
