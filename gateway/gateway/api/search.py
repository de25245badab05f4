"""One search over articles and tickets, and suggestions while somebody types."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from gateway.api.filtering import described, filter_of
from gateway.api.shapes import Links, Meta, PageAfter, PageSize, links
from gateway.container import Gateway
from gateway.context import call_context
from gateway.people.auth import Administrator, CurrentCaller
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS
from trackline_schemas.search import FacetValue, Hit, HitType, SearchQuery, SearchResults, SearchStatus

router = APIRouter(prefix="/api/v1", tags=["search"])

_FIELDS = {**ARTICLE_FIELDS, **TICKET_FIELDS}
Words = Annotated[str, Query(max_length=500, examples=["vpn drops"])]


class SearchMeta(Meta):
    """`degraded`: Elasticsearch is not reachable, MongoDB's text search answered."""

    degraded: bool
    did_you_mean: str | None
    facets: dict[str, list[FacetValue]]


class Hits(BaseModel):
    data: list[Hit]
    meta: SearchMeta
    links: Links


class Job(BaseModel):
    job_id: str


@router.get("/search", summary="Search articles and tickets", openapi_extra=described(_FIELDS))
async def search(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    q: Words = "",
    type: HitType | None = None,  # noqa: A002 (the name of the parameter)
    size: PageSize = 20,
    after: PageAfter = None,
) -> Hits:
    wanted = filter_of(request, _FIELDS, caller.viewer.id)
    query = SearchQuery(q=q, type=type, filter=wanted, size=size, after=after)
    return _hits(request, await parts.knowledge.search(call_context(request, caller), query))


@router.get("/suggest", summary="Articles that may answer what is being typed")
async def suggest(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    q: Words = "",
    size: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Hits:
    return _hits(request, await parts.knowledge.suggest(call_context(request, caller), q, size))


@router.get("/search/status", summary="How far the index is behind")
async def search_status(request: Request, parts: Gateway, caller: Administrator) -> SearchStatus:
    return await parts.knowledge.status(call_context(request, caller))


@router.post("/search/rebuild", status_code=202, summary="Build the search index anew")
async def rebuild_search_index(request: Request, parts: Gateway, caller: Administrator) -> Job:
    context = call_context(request, caller, operation="search.rebuild")
    return Job(job_id=await parts.knowledge.rebuild(context))


def _hits(request: Request, found: SearchResults) -> Hits:
    meta = SearchMeta(
        has_more=found.after is not None,
        degraded=found.degraded,
        did_you_mean=found.did_you_mean,
        facets=found.facets,
    )
    return Hits(data=found.items, meta=meta, links=links(request, found.after))
