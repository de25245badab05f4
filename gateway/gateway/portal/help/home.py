"""The home page of the help centre: what needs the reader, and the newest requests."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from gateway.actions.setup import setup_state
from gateway.people.models import SetupView
from gateway.portal.help.answers import find_answers
from gateway.portal.help.requests import CLOSED, own_requests
from gateway.portal.kit.unread import count_unread
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.articles import ArticleView
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import And, Condition, Not
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.views import TicketView

router = APIRouter(include_in_schema=False)
# The requester has the ball in these states.
WITH_THE_REQUESTER = ("pending", "resolved")
NEED_THE_REQUESTER = Condition(field="state", op="in", value=[*WITH_THE_REQUESTER])
WITH_US = Not(filter=Condition(field="state", op="in", value=[*WITH_THE_REQUESTER, *CLOSED]))
MOST = 5


@router.get("/")
async def home(visit: Visiting, q: str = "") -> Response:
    needs, mine, articles, unread, answers = await asyncio.gather(
        _own_tickets(visit, NEED_THE_REQUESTER, 20),
        _own_tickets(visit, WITH_US, MOST),
        _articles(visit),
        count_unread(visit),
        find_answers(visit, q),
    )
    return visit.page(
        "home.html",
        down=needs is None or mine is None,
        needs=needs,
        tickets=mine,
        articles=articles,
        unread=unread,
        answers=answers,
        setup=await _setup(visit),
    )


async def _setup(visit: Visit) -> SetupView | None:
    """Returns the state of the setup for administrators, until it is finished or they hide it."""
    if not visit.viewer.admin or visit.parts.people.directory.organisation.dismissed:
        return None
    setup = await setup_state(visit.parts, visit.reading())
    return None if setup.finished else setup


async def _own_tickets(visit: Visit, which: Condition | Not, size: int) -> list[TicketView] | None:
    query = PageQuery(filter=And(all=[own_requests(visit), which]), size=size)
    try:
        return (await visit.parts.tickets.list(visit.reading(), query)).items
    except ServiceError:
        return None


async def _articles(visit: Visit) -> list[ArticleView]:
    published = Condition(field="state", op="eq", value="published")
    try:
        page = await visit.parts.knowledge.articles(visit.reading(), PageQuery(filter=published, size=6))
    except ServiceError:
        return []
    return page.items
