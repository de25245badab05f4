"""What one viewer may see of a ticket event, decided in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from trackline_schemas.access import readable, readable_as_staff
from trackline_schemas.events import TICKET_CREATED, Event
from trackline_schemas.filters import TICKET_FIELDS, Filter, checked, matches
from trackline_schemas.tickets import STAFF_FIELDS
from trackline_schemas.viewer import Viewer

Sight = Literal["ticket", "ticket.hidden"]


@dataclass(frozen=True)
class TicketChange:
    """A ticket event as far as sight depends on it. `before` is None when it was created."""

    after: Mapping[str, Any]
    before: Mapping[str, Any] | None
    for_requesters: bool

    @classmethod
    def of(cls, event: Event) -> "TicketChange":
        """Raises KeyError for data without a ticket."""
        after, changes = event.data["ticket"], event.data.get("changes") or {}
        created = event.type == TICKET_CREATED
        before = None if created else {**after, **{name: pair[0] for name, pair in changes.items()}}
        comment = event.data.get("comment") or {}
        public = comment.get("visibility") == "public" or bool(changes.keys() - STAFF_FIELDS)
        return cls(after, before, for_requesters=created or public)


@dataclass(frozen=True)
class Eyes:
    """A viewer with the compiled rules of what is readable. Equal eyes see the same."""

    viewer: Viewer
    all: Filter = field(repr=False)
    as_staff: Filter = field(repr=False)

    @classmethod
    def of(cls, viewer: Viewer, teams: Mapping[str, bool]) -> "Eyes":
        whole, staff = readable(viewer, teams), readable_as_staff(viewer, teams)
        return cls(viewer, checked(whole, TICKET_FIELDS), checked(staff, TICKET_FIELDS))

    def see(self, change: TicketChange) -> Sight | None:
        if matches(self.all, change.after):
            return "ticket" if change.for_requesters or matches(self.as_staff, change.after) else None
        if change.before is not None and matches(self.all, change.before):
            return "ticket.hidden"
        return None
