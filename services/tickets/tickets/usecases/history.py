"""Reads the comments and events of one ticket, and the events of all tickets since a point in time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from tickets.usecases import rights, views
from tickets.usecases.ports import Ports
from tickets.usecases.read import get_readable
from trackline_chassis.skipping import keep_handled
from trackline_schemas.access import DECIDING, Eyes, TicketChange
from trackline_schemas.events import Event, EventsSince, Seen
from trackline_schemas.events.registry import HISTORY
from trackline_schemas.paging import Page, decode_cursor, encode_cursor, invalid_cursor
from trackline_schemas.ticket.views import Comment, HistoryEntry
from trackline_schemas.viewer import Viewer

T = TypeVar("T")


def comments(
    ports: Ports, number: str, size: int, after: str | None, viewer: Viewer, *, newest_first: bool = False
) -> Page[Comment]:
    """Returns comments. The oldest one is the description."""
    return _page(ports, number, size, after, viewer, views.to_comment, newest_first)


def events(
    ports: Ports, number: str, size: int, after: str | None, viewer: Viewer, *, newest_first: bool = False
) -> Page[HistoryEntry]:
    """Returns events. The sequence has gaps for events that are only for staff, and for events of types that this
    release does not handle."""
    return _page(ports, number, size, after, viewer, views.to_entry, newest_first)


def _page(
    ports: Ports,
    number: str,
    size: int,
    after: str | None,
    viewer: Viewer,
    show: Callable[[Event, bool], T | None],
    newest_first: bool,
) -> Page[T]:
    stored = get_readable(ports, number, viewer)
    staff = rights.is_staff(ports, viewer, stored.ticket)
    place = None if after is None else _sequence(after)
    read = ports.tickets.latest_events(stored, place) if newest_first else ports.tickets.events(stored, place or 0)
    found = keep_handled(HISTORY, read)
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
    """Returns the events that a live stream has missed, which are those that were logged since then."""
    eyes = Eyes.of(viewer, ports.teams.confidential())
    found = ports.tickets.logged_since(since, eyes.all, DECIDING)
    seen = list(islice(_to_seen(keep_handled(HISTORY, found), eyes), limit + 1))
    return EventsSince(events=seen[:limit], complete=len(seen) <= limit)


def _to_seen(found: Iterable[Event], eyes: Eyes) -> Iterator[Seen]:
    for event in found:
        sight = eyes.see(TicketChange.of(event))
        if sight is not None:
            yield Seen.of(event, sight)
