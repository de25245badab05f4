"""Reads tickets. A ticket that the viewer may not read is reported as if it did not exist."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from tickets.usecases import rights, views
from tickets.usecases.ports import Order, Ports, Position, SortField, Stored
from trackline_chassis.skipping import keep_handled
from trackline_schemas.access import scoped
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.events import Event
from trackline_schemas.events.registry import HISTORY
from trackline_schemas.filters import Condition, Filter
from trackline_schemas.paging import Page, PageQuery, decode_cursor, decode_instant, encode_cursor, invalid_cursor
from trackline_schemas.ticket.views import AskedTicket, TicketView
from trackline_schemas.viewer import Viewer

SORTS = ("updated_at", "created_at", "priority", "number")
MAX_COUNTS = 50
# To complete a tag, so many tickets are read.
MOST_TAGGED = 1000


def load(ports: Ports, number: str) -> Stored:
    """Returns a ticket without checking any rights. Raises ServiceError not_found."""
    stored = ports.tickets.by_number(number.upper())
    if stored is None:
        raise not_found("ticket", number)
    return stored


def get_readable(ports: Ports, number: str, viewer: Viewer) -> Stored:
    stored = load(ports, number)
    rights.check_can_read(ports, viewer, stored.ticket)
    return stored


def handled_events(ports: Ports, stored: Stored, after: int = 0) -> Iterator[Event]:
    """Yields the events with `after` < sequence whose types this release handles. Only these types change the fields of
    a ticket, so skipping the events of another release misses no change."""
    return keep_handled(HISTORY, ports.tickets.events(stored, after))


def get(ports: Ports, number: str, as_of: datetime | None, viewer: Viewer) -> TicketView:
    """Returns the ticket as it is, or as it was at `as_of`. The viewer's present rights always apply."""
    if as_of is None:
        [shown] = get_many(ports, [AskedTicket(number=number, viewer=viewer)])
        if shown is None:
            raise not_found("ticket", number)
        return shown
    stored = get_readable(ports, number, viewer)
    return views.restrict(_view_as_of(ports, stored, as_of), rights.is_staff(ports, viewer, stored.ticket))


def get_many(ports: Ports, asked: Sequence[AskedTicket]) -> list[TicketView | None]:
    """Returns None for each ticket that its viewer may not read or that does not exist."""
    found = ports.tickets.views([one.number.upper() for one in asked])
    return [_shown_to(ports, view, one.viewer) for view, one in zip(found, asked, strict=True)]


def _shown_to(ports: Ports, view: TicketView | None, viewer: Viewer) -> TicketView | None:
    if view is None or not rights.can_read(ports, viewer, view):
        return None
    return views.restrict(view, rights.is_staff(ports, viewer, view))


def _view_as_of(ports: Ports, stored: Stored, instant: datetime) -> TicketView:
    known = [event for event in handled_events(ports, stored) if event.time <= instant]
    if not known:
        raise refuse(reasons.tickets.TICKET_NOT_THERE_YET, number=stored.ticket.number, time=instant.isoformat())
    return views.parse(max(known, key=lambda event: (event.time, event.sequence))).ticket


def find_by_ref(ports: Ports, source: str, external_ref: str, viewer: Viewer) -> TicketView:
    stored = ports.tickets.by_ref(source, external_ref)
    if stored is None or not rights.can_read(ports, viewer, stored.ticket):
        raise not_found("ticket", f"{source} {external_ref}")
    return views.restrict(views.to_view(stored.ticket), rights.is_staff(ports, viewer, stored.ticket))


def page(ports: Ports, query: PageQuery, viewer: Viewer) -> Page[TicketView]:
    order = _order(query.sort)
    after = None if query.after is None else _position(query.after, query.sort, order.field)
    found = ports.tickets.find(_scope(ports, query.filter, viewer, order.field), order, after, query.size + 1)
    is_staff = rights.staff_rule(ports, viewer)
    items = [views.restrict(view, is_staff(view)) for view in found[: query.size]]
    return Page(items=items, after=_cursor(items[-1], query.sort, order) if len(found) > query.size else None)


def count(ports: Ports, filters: list[Filter], at_most: int, viewer: Viewer) -> list[int]:
    if len(filters) > MAX_COUNTS:
        raise refuse(reasons.tickets.TOO_MANY_COUNTS, pointer="/filters", most=MAX_COUNTS)
    return [ports.tickets.count(_scope(ports, one, viewer), at_most) for one in filters]


def tags(ports: Ports, begins: str, size: int, viewer: Viewer) -> list[str]:
    """Returns the commonest tags that begin with this, of tickets of which the viewer is staff."""
    tagged = Condition(field="tags", op="is_set", value=True)
    found = ports.tickets.tags(_scope(ports, tagged, viewer), begins, MOST_TAGGED)
    begun = (tag for known in found for tag in known if tag.casefold().startswith(begins.casefold()))
    counted = sorted(Counter(begun).items(), key=lambda item: (-item[1], item[0]))
    return [tag for tag, _ in counted[:size]]


def _scope(ports: Ports, filter: Filter | None, viewer: Viewer, *answer_fields: str) -> Filter:
    return scoped(filter, viewer, ports.teams.confidential(), answer_fields)


def _order(sort: str) -> Order:
    field = sort.removeprefix("-")
    if field not in SORTS:
        raise refuse(reasons.requests.SORT_UNKNOWN, pointer="/sort", sort=sort, sorts=SORTS)
    return Order(cast(SortField, field), sort.startswith("-"))


def sort_key(view: TicketView, field: SortField) -> Any:
    return int(view.number.rpartition("-")[2]) if field == "number" else getattr(view, field)


def _cursor(view: TicketView, sort: str, order: Order) -> str:
    return encode_cursor(sort, sort_key(view, order.field), view.id)


def _position(cursor: str, sort: str, field: SortField) -> Position:
    made_for, key, ticket_id = decode_cursor(cursor, 3)
    if made_for != sort or not isinstance(ticket_id, str):
        raise invalid_cursor()
    if field not in ("priority", "number"):
        return decode_instant(key), ticket_id
    if not isinstance(key, int):
        raise invalid_cursor()
    return key, ticket_id
