"""Lists the tickets behind a measure, with the figures of each."""

from collections.abc import Iterable
from datetime import datetime

from analytics.domain.fact import Fact
from analytics.usecases.ports import Place, Ports
from analytics.usecases.scope import get_scope
from trackline_schemas.analytics import CountedQuery, TicketFigures
from trackline_schemas.filters import TICKET_FIELDS
from trackline_schemas.paging import Page, decode_cursor, decode_instant, encode_cursor, invalid_cursor
from trackline_schemas.viewer import Viewer


def tickets(ports: Ports, query: CountedQuery, viewer: Viewer) -> Page[TicketFigures]:
    scope = get_scope(ports, query, viewer)
    after = _place(query.after) if query.after else None
    facts = ports.facts.find_counted(scope.generation, scope.where, scope.period, query.measure, query.size + 1, after)
    shown = facts[: query.size]
    last = shown[-1] if len(facts) > query.size else None
    return Page(
        items=list(_figures(shown, ports.clock())),
        after=encode_cursor(last.ticket["created_at"], last.id) if last else None,
    )


def _place(cursor: str) -> Place:
    created_at, id_ = decode_cursor(cursor, 2)
    if not isinstance(id_, str):
        raise invalid_cursor()
    return decode_instant(created_at), id_


def _figures(facts: Iterable[Fact], now: datetime) -> Iterable[TicketFigures]:
    for fact in facts:
        created_at: datetime = fact.ticket["created_at"]
        yield TicketFigures(
            **{name: fact.ticket[name] for name in _TICKET},
            **{name: getattr(fact, name) for name in _OWN},
            **{name: _seconds(created_at, getattr(fact, at)) for name, at in _DURATIONS.items()},
            reassignments=fact.team_changes,
            state_seconds=fact.state_time(created_at, now),
            events=fact.applied,
        )


_TICKET = [name for name in TicketFigures.model_fields if name in TICKET_FIELDS]
_OWN = "replied_at first_resolution_at last_resolution_at reopenings assignee_changes".split()
_DURATIONS = {
    "first_reply": "replied_at",
    "resolution": "last_resolution_at",
    "first_resolution": "first_resolution_at",
}


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if end else None
