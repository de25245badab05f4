"""Comments and events of one ticket, and the events of all since an instant."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from tickets.usecases import rights, views
from tickets.usecases.ports import Ports
from tickets.usecases.read import get_readable, handled_events
from trackline_chassis.skipping import keep_handled
from trackline_schemas.access import DECIDING, Eyes, TicketChange
from trackline_schemas.events import Event, EventsSince, Seen
from trackline_schemas.events.registry import HISTORY
from trackline_schemas.paging import Page, decode_cursor, encode_cursor, invalid_cursor
from trackline_schemas.ticket.views import Comment, HistoryEntry
from trackline_schemas.viewer import Viewer

T = TypeVar("T")


def comments(ports: Ports, number: str, size: int, after: str | None, viewer: Viewer) -> Page[Comment]:
    """Oldest first; the description is the first."""
    return _page(ports, number, size, after, viewer, views.comment)


def events(ports: Ports, number: str, size: int, after: str | None, viewer: Viewer) -> Page[HistoryEntry]:
    """Oldest first. The sequence has gaps where staff kept something to itself, and where this release does not handle
    the type of an event: nobody sees such an event."""
    return _page(ports, number, size, after, viewer, views.entry)


def _page(
    ports: Ports,
    number: str,
    size: int,
    after: str | None,
    viewer: Viewer,
    show: Callable[[Event, bool], T | None],
) -> Page[T]:
    stored = get_readable(ports, number, viewer)
    staff = rights.is_staff(ports, viewer, stored.ticket)
    found = handled_events(ports, stored, 0 if after is None else _sequence(after))
    visible = ((event.sequence, show(event, staff)) for event in found)
    rows = list(islice(((sequence, item) for sequence, item in visible if item is not None), size + 1))
    more = len(rows) > size
    return Page(items=[item for _, item in rows[:size]], after=encode_cursor(rows[size - 1][0]) if more else None)


def _sequence(cursor: str) -> int:
    (sequence,) = decode_cursor(cursor, 1)
    if not isinstance(sequence, int):
        raise invalid_cursor()
    return sequence


def events_since(ports: Ports, since: datetime, limit: int, viewer: Viewer) -> EventsSince:
    """What a stream missed, by the time at which the log took it: what it would have told live."""
    eyes = Eyes.of(viewer, ports.teams.confidential())
    found = ports.tickets.logged_since(since, eyes.all, DECIDING)
    seen = list(islice(_seen(keep_handled(HISTORY, found), eyes), limit + 1))
    return EventsSince(events=seen[:limit], complete=len(seen) <= limit)


def _seen(found: Iterable[Event], eyes: Eyes) -> Iterator[Seen]:
    for event in found:
        sight = eyes.see(TicketChange.of(event))
        if sight is not None:
            yield Seen.of(event, sight)
