"""Search over articles and tickets, suggestions while somebody types, and the maintenance of the index."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.openapi.models import Example
from pydantic import BaseModel

from gateway.actions import projections, searching
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.filtering import filter_parameters, parse_filter
from gateway.api.headers import require_json
from gateway.api.shapes import Links, Meta, PageAfter, PageSize, links
from trackline_schemas.base import Command
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS
from trackline_schemas.search import FacetValue, Hit, HitType, SearchJob, SearchQuery, SearchResults, SearchStatus

router = APIRouter(prefix="/api/v1", tags=["search"])

_FIELDS = {**ARTICLE_FIELDS, **TICKET_FIELDS}
Words = Annotated[str, Query(max_length=500, examples=["vpn drops"])]
Facets = Annotated[
    bool, Query(description="Count the most frequent types, states, teams and categories on the first page.")
]


class ReadAsWords(BaseModel):
    """Says that `q` was searched as words although it could be a query: as a query it is `refused`, with the sentence
    in `detail`, or it finds `nothing`, or a `title` has this very text. `parts` are what a query would understand as
    filters, phrases and exclusions."""

    why: searching.Why
    parts: list[str]
    detail: str | None


class SearchMeta(Meta):
    """`read_as_words` is null if `q` counts as a query. `degraded` means that Elasticsearch is not reachable, and that
    the text search of MongoDB answered. If nothing contains all the words, `did_you_mean` is the query with its unknown
    words replaced, and the hits are those of that query. Facets are there if the query asks for them."""

    read_as_words: ReadAsWords | None
    degraded: bool
    did_you_mean: str | None
    facets: dict[str, list[FacetValue]]


class Hits(BaseModel):
    data: list[Hit]
    meta: SearchMeta
    links: Links


class ReconcileIndex(Command):
    """With `dry_run` differences are only counted."""

    dry_run: bool = False


RECONCILE: dict[str, Example] = {
    "mend": {"summary": "Count the differences and repair them", "value": {"dry_run": False}},
    "look": {"summary": "Only count the differences", "value": {"dry_run": True}},
}


@router.get("/search", summary="Search articles and tickets", openapi_extra=filter_parameters(_FIELDS))
async def search(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    q: Words = "",
    type: HitType | None = None,  # noqa: A002 (the name of the parameter)
    size: PageSize = 20,
    after: PageAfter = None,
    facets: Facets = False,
) -> Hits:
    """`q` may name fields: `assignee:me state:open created:>2026-01-01 "exact phrase" -word`. docs/search.md has the
    names. If `q` is refused as a query or finds nothing, or if a title has this very text, it is searched as words, and
    `meta.read_as_words` says so. Each hit also matches the filters in `filter[…]`, which are never read as words."""
    wanted = parse_filter(request, _FIELDS, caller.viewer.id)
    plan = SearchQuery(q="", type=type, filter=wanted, size=size, after=after, facets=facets)
    found = await searching.search(parts, caller, q, plan)
    return _hits(request, found.results, _read_as_words(found))


@router.get("/suggest", summary="Suggest articles for a text that is being typed")
async def suggest(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    q: Words = "",
    size: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Hits:
    return _hits(request, await parts.knowledge.suggest(caller.reading(), q, size))


@router.get("/search/status", summary="Read how far the index is behind, and its maintenance jobs")
async def search_status(parts: Gateway, caller: Administrator) -> SearchStatus:
    return await parts.knowledge.status(caller.reading())


@router.post("/search/rebuild", status_code=202, summary="Rebuild the search index")
async def rebuild_search_index(parts: Gateway, caller: Administrator) -> SearchJob:
    """Builds a new index from the search documents, while the old index goes on answering. If a rebuild is already
    running, that job is returned and no second one starts. The status shows the progress."""
    return await projections.rebuild_index(parts, caller)


@router.post(
    "/search/reconcile",
    status_code=202,
    summary="Compare the search index with the search documents and repair it",
    dependencies=[Depends(require_json)],
)
async def reconcile_search_index(
    parts: Gateway,
    caller: Administrator,
    command: Annotated[ReconcileIndex, Body(openapi_examples=RECONCILE)],
) -> SearchJob:
    """Documents that are missing or stale in the index are sent again, and documents that exist only in the index are
    deleted. The status shows the progress and the counts."""
    return await projections.reconcile_index(parts, caller, dry_run=command.dry_run)


@router.post("/search/replay", status_code=202, summary="Rebuild the search documents of tickets from their log")
async def replay_search_documents(parts: Gateway, caller: Administrator) -> SearchJob:
    """The index finds each ticket as it was until the new document of the ticket arrives. Articles do not change."""
    return await projections.replay_documents(parts, caller)


def _read_as_words(found: searching.Found) -> ReadAsWords | None:
    detail = found.refused.message if found.refused else None
    return ReadAsWords(why=found.why, parts=list(found.marked), detail=detail) if found.why else None


def _hits(request: Request, found: SearchResults, as_words: ReadAsWords | None = None) -> Hits:
    meta = SearchMeta(
        read_as_words=as_words,
        has_more=found.after is not None,
        degraded=found.degraded,
        did_you_mean=found.did_you_mean,
        facets=found.facets,
    )
    return Hits(data=found.items, meta=meta, links=links(request, found.after))
