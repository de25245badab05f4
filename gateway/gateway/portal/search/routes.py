"""The search over tickets and articles, and the completion of what is typed into it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.actions import searching
from gateway.portal.kit import desk_frame, queue
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.query_words import names, show_parts
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.unread import count_unread
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.search.commands import find
from gateway.portal.search.completing import complete
from gateway.portal.search.examples import examples
from trackline_schemas.categories import Category
from trackline_schemas.query import Part, Query, Term, Text, plain, write_part, write_query
from trackline_schemas.search import SearchQuery

router = APIRouter(include_in_schema=False)
# Facet → the field of a query that it narrows down.
FACETS: Mapping[str, str] = {"type": "type", "state": "state", "team_id": "team", "category_id": "category"}


@router.get("/search")
async def search(visit: Visiting, q: str = "") -> Response:
    typed = q[:500]
    found, categories, frame = await asyncio.gather(_found(visit, typed), list_categories(visit), _frame(visit))
    query = found.query if found else ()
    return visit.page(
        "search.html",
        q=typed,
        found=found,
        results=found and found.results,
        why=_why(found) if found else "",
        chosen=show_parts(query, names(), _narrows),
        facets=_facets(visit, found, categories) if found and not found.why else {},
        examples=examples(agent=visit.viewer.agent),
        naming=queue.value_namer(visit, categories),
        correct=lambda meant: " ".join(filter(None, (write_query(_without_words(query), names()), meant))),
        frame=frame,
        unread=frame.unread if frame else await count_unread(visit),
        here="search",
    )


@router.get("/complete")
async def completions(visit: Visiting, text: str = "", caret: int = 0, list: str = "", hide: str = "") -> Response:  # noqa: A002
    """Returns what may follow in a query, as the options of the list with this id."""
    options = await complete(visit, text[:500], max(0, min(caret, len(text[:500]))), hide.split(","))
    return visit.page("completions.html", options=options, list=list)


@router.get("/palette")
async def palette(visit: Visiting, q: str = "") -> Response:
    """Returns where one can go, and what is called so, as options of the list of commands."""
    typed = q.strip()[:200]
    return visit.page("palette.html", found=await find(visit, typed), q=typed)


async def _found(visit: Visit, typed: str) -> searching.Found | None:
    """Returns None where nothing was typed but quotes."""
    plan = SearchQuery.model_validate({"q": "", "after": visit.request.query_params.get("page[after]"), "facets": True})
    return await searching.search(visit.parts, visit.caller, typed, plan, names()) if plain(typed).strip('" ') else None


def _why(found: searching.Found) -> str:
    """Returns why the text was searched as words."""
    if found.refused:
        return explain(found.refused)
    reasons = {
        "nothing": gettext("Nothing matches all of this search."),
        "title": gettext("A title has this very text in it."),
    }
    return reasons.get(found.why or "", "")


def _narrows(part: Part) -> bool:
    """Returns whether the part leaves hits out, which the reader should see."""
    return isinstance(part, Term) or part.phrase or part.without


def _without_words(query: Query) -> Query:
    return tuple(part for part in query if not isinstance(part, Text) or part.without)


Facet = tuple[str, int, str]


def _facets(visit: Visit, shown: searching.Found, categories: list[Category]) -> dict[str, list[Facet]]:
    """Returns facet → (value, number of hits, the query with this value), without those that the query names."""
    query, found = shown.query, shown.results.facets
    named = {part.field for part in query if isinstance(part, Term)}
    write = _writer(visit, categories)
    return {
        name: [
            (one.value, one.count, f"{write_query(query, names())} {term}")
            for one in found[name]
            if (term := write(name, one.value))
        ]
        for name, field in FACETS.items()
        if found.get(name) and field not in named
    }


def _writer(visit: Visit, categories: list[Category]) -> Callable[[str, str], str]:
    """Returns a function (facet, stored value) → the term that finds it, or "" for what has no name any more."""
    known = {category.id: category.name for category in categories}
    values: dict[str, Callable[[Any], str]] = {"team_id": visit.team, "category_id": lambda value: known.get(value, "")}

    def write(name: str, value: str) -> str:
        word = values[name](value) if name in values else value
        return write_part(Term(FACETS[name], (word,)), names()) if word else ""

    return write


async def _frame(visit: Visit) -> desk_frame.Frame | None:
    return await desk_frame.load(visit) if visit.viewer.agent else None
