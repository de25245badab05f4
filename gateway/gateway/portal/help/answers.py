"""What the search on the home page finds while somebody types: articles, and the reader's own requests."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.help.requests import own_requests
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError
from trackline_schemas.search import Hit, SearchQuery, SearchResults

router = APIRouter(include_in_schema=False)
MOST, LONGEST = 5, 500
SHORTEST = 2


@dataclass(frozen=True)
class Answers:
    """`q` is "" if too little was typed to look for."""

    q: str = ""
    hits: Sequence[Hit] = ()
    did_you_mean: str | None = None
    down: bool = False


@router.get("/answers")
async def answers(visit: Visiting, q: str = "") -> Response:
    return visit.page("answers.html", answers=await find_answers(visit, q))


async def find_answers(visit: Visit, q: str) -> Answers:
    wanted = q.strip()[:LONGEST]
    if len(wanted) < SHORTEST:
        return Answers()
    own = SearchQuery(q=wanted, type="ticket", filter=own_requests(visit), size=MOST)
    try:
        articles, tickets = await asyncio.gather(
            _search(visit, SearchQuery(q=wanted, type="article", size=MOST)), _search(visit, own)
        )
    except ServiceError:
        return Answers(wanted, down=True)
    return Answers(wanted, [*articles.items, *tickets.items], articles.did_you_mean or tickets.did_you_mean)


async def _search(visit: Visit, query: SearchQuery) -> SearchResults:
    return await visit.parts.knowledge.search(visit.reading(), query)
