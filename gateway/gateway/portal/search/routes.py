"""The search over tickets and articles."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.kit import desk_frame, queue
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters import And, Condition, Filter
from trackline_schemas.search import SearchQuery, SearchResults

router = APIRouter(include_in_schema=False)
FACETS = ("type", "state", "priority", "team_id", "category_id")


@router.get("/search")
async def search(visit: Visiting, q: str = "") -> Response:
    params = visit.request.query_params
    chosen = {name: params[name] for name in FACETS if params.get(name)}
    results, categories, frame = await asyncio.gather(
        _results(visit, q[:500], chosen, params.get("page[after]")),
        list_categories(visit),
        _frame(visit),
    )
    return visit.page(
        "search.html",
        q=q,
        results=results,
        chosen=chosen,
        facets=_known_facets(results),
        naming=queue.value_namer(visit, categories),
        frame=frame,
        unread=frame.unread if frame else await desk_frame.count_unread(visit),
        here="search",
    )


async def _results(visit: Visit, q: str, chosen: dict[str, str], after: str | None) -> SearchResults | None:
    if not q.strip():
        return None
    conditions: list[Filter] = [
        Condition(field=name, op="eq", value=_parse_value(name, value))
        for name, value in chosen.items()
        if name != "type"
    ]
    query = SearchQuery.model_validate(
        {
            "q": q,
            "type": chosen.get("type") if chosen.get("type") in ("article", "ticket") else None,
            "filter": And(all=conditions) if conditions else None,
            "after": after,
            "facets": True,
        }
    )
    return await visit.parts.knowledge.search(visit.reading(), query)


def _parse_value(name: str, value: str) -> str | int:
    if name != "priority":
        return value
    if value not in tuple("12345"):
        raise refuse(reasons.filters.FILTER_PRIORITY_OUT_OF_RANGE)
    return int(value)


def _known_facets(results: SearchResults | None) -> dict[str, list[tuple[str, int]]]:
    """Returns the facets that pages have labels for, in the order of FACETS."""
    found = results.facets if results else {}
    return {name: [(facet.value, facet.count) for facet in found[name]] for name in FACETS if found.get(name)}


async def _frame(visit: Visit) -> desk_frame.Frame | None:
    return await desk_frame.load(visit) if visit.viewer.agent else None
