"""One search over articles and tickets, suggestions while somebody types, and the upkeep of the index."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.openapi.models import Example
from pydantic import BaseModel

from gateway.actions import projections
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.filtering import described, filter_of
from gateway.api.headers import json_only
from gateway.api.shapes import Links, Meta, PageAfter, PageSize, links
from trackline_schemas.base import Command
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS
from trackline_schemas.search import FacetValue, Hit, HitType, SearchJob, SearchQuery, SearchResults, SearchStatus

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


class ReconcileIndex(Command):
    """With `dry_run` it only counts."""

    dry_run: bool = False


RECONCILE: dict[str, Example] = {
    "mend": {"summary": "Count what differs and mend it", "value": {"dry_run": False}},
    "look": {"summary": "Only count", "value": {"dry_run": True}},
}


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
    return _hits(request, await parts.knowledge.search(caller.reading(), query))


@router.get("/suggest", summary="Articles that may answer what is being typed")
async def suggest(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    q: Words = "",
    size: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Hits:
    return _hits(request, await parts.knowledge.suggest(caller.reading(), q, size))


@router.get("/search/status", summary="How far the index is behind, and the work on it")
async def search_status(parts: Gateway, caller: Administrator) -> SearchStatus:
    return await parts.knowledge.status(caller.reading())


@router.post("/search/rebuild", status_code=202, summary="Build the search index anew")
async def rebuild_search_index(parts: Gateway, caller: Administrator) -> SearchJob:
    """From the search documents, beside the index that answers meanwhile. One that is under way is told, not begun
    again: its progress is in the status."""
    return await projections.rebuild_index(parts, caller)


@router.post(
    "/search/reconcile",
    status_code=202,
    summary="Compare the search index with the search documents and mend it",
    dependencies=[Depends(json_only)],
)
async def reconcile_search_index(
    parts: Gateway,
    caller: Administrator,
    command: Annotated[ReconcileIndex, Body(openapi_examples=RECONCILE)],
) -> SearchJob:
    """What is missing in the index or stale there is sent again, what is there alone is deleted. Progress and counts:
    see the status."""
    return await projections.reconcile_index(parts, caller, dry_run=command.dry_run)


@router.post("/search/replay", status_code=202, summary="Build the tickets' search documents anew from their log")
async def replay_search_documents(parts: Gateway, caller: Administrator) -> SearchJob:
    """The index serves what it has until each ticket's document is there again. Articles stay as they are."""
    return await projections.replay_documents(parts, caller)


def _hits(request: Request, found: SearchResults) -> Hits:
    meta = SearchMeta(
        has_more=found.after is not None,
        degraded=found.degraded,
        did_you_mean=found.did_you_mean,
        facets=found.facets,
    )
    return Hits(data=found.items, meta=meta, links=links(request, found.after))
