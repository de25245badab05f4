"""The list of requests: open or closed ones, of the reader or of the reader's teams, with a search."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.kit.i18n import noop
from gateway.portal.kit.unread import count_unread
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import And, Condition, Filter, Not, Or
from trackline_schemas.paging import PageQuery
from trackline_schemas.search import SearchQuery
from trackline_schemas.ticket.views import TicketView

router = APIRouter(include_in_schema=False)
CLOSED = ("closed", "cancelled")
STATES: Mapping[str, str] = {"open": noop("Open"), "closed": noop("Closed"), "all": noop("All")}
WHOSE: Mapping[str, str] = {"mine": noop("My requests"), "team": noop("Requests of my teams")}
PAGE_SIZE = 25


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    state: str
    whose: str
    q: str
    after: str | None


@dataclass(frozen=True)
class Listed:
    """`items` is None while the services that know them do not answer."""

    items: Sequence[TicketView] | None
    after: str | None = None


def own_requests(visit: Visit) -> Filter:
    """The requests that the reader made, and those in which they are a participant."""
    fields = ("requester_id", "participant_ids")
    return Or(any=[Condition(field=name, op="eq", value=visit.viewer.id) for name in fields])


@router.get("/requests")
async def requests(visit: Visiting) -> Response:
    asked = _read(visit)
    listed, unread = await asyncio.gather(_list(visit, asked), count_unread(visit))
    # Only members of a team may read what others have asked.
    whose = WHOSE if visit.viewer.teams else {}
    return visit.page("requests.html", asked=asked, listed=listed, states=STATES, whose=whose, unread=unread)


def _read(visit: Visit) -> Asked:
    given = visit.request.query_params
    state, whose, q = given.get("state", ""), given.get("whose", ""), given.get("q", "").strip()[:500]
    return Asked(
        # Whoever looks for a request may not know whether it is closed.
        state=state if state in STATES else "all" if q else "open",
        whose=whose if whose in WHOSE and visit.viewer.teams else "mine",
        q=q,
        after=given.get("page[after]"),
    )


async def _list(visit: Visit, asked: Asked) -> Listed:
    try:
        return await (_search(visit, asked) if asked.q else _page(visit, _filter(visit, asked), asked.after))
    except ServiceError as error:
        if error.code not in ("unavailable", "timeout"):
            raise
        return Listed(None)


def _filter(visit: Visit, asked: Asked) -> Filter:
    of_teams = Condition(field="team_id", op="in", value=sorted(visit.viewer.teams))
    closed = Condition(field="state", op="in", value=list(CLOSED))
    states: Mapping[str, list[Filter]] = {"open": [Not(filter=closed)], "closed": [closed], "all": []}
    return And(all=[of_teams if asked.whose == "team" else own_requests(visit), *states[asked.state]])


async def _page(visit: Visit, filter: Filter, after: str | None) -> Listed:
    query = PageQuery(filter=filter, size=PAGE_SIZE, after=after)
    page = await visit.parts.tickets.list(visit.reading(), query)
    return Listed(page.items, page.after)


async def _search(visit: Visit, asked: Asked) -> Listed:
    """Returns the tickets that the search finds, best first, with what the sentences of the list need."""
    query = SearchQuery(q=asked.q, type="ticket", filter=_filter(visit, asked), size=PAGE_SIZE, after=asked.after)
    results = await visit.parts.knowledge.search(visit.reading(), query)
    ids = [hit.id for hit in results.items]
    these = And(all=[_filter(visit, asked), Condition(field="id", op="in", value=ids)])
    known = {ticket.id: ticket for ticket in (await _page(visit, these, None)).items or []}
    return Listed([known[id] for id in ids if id in known], results.after)
