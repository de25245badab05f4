"""The filter of the queue: what was typed, as the one query of the address, its chips, and the tickets that match."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.actions import asking
from gateway.portal.kit import queue
from gateway.portal.kit.query_words import names, show_parts
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from trackline_schemas.categories import Category
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import TICKET_FIELDS, And, Condition, Filter, check_filter
from trackline_schemas.query import ENGLISH, Asked, parse_query, write_query
from trackline_schemas.search import SearchQuery

# Of the tickets in which words were found, so many of the best are shown.
MOST_HITS = 100
NOT_HERE = ("page[after]",)


@dataclass(frozen=True)
class Filtering:
    """`q` is the query that counts, in English, so that readers of each language can share the address. `typed` is what
    was not understood, and `mistake` says why."""

    q: str
    asked: Asked
    typed: str = ""
    mistake: str = ""


async def read(visit: Visit, view: Filter) -> Filtering:
    """Reads what was typed beside the filter of the view.

    An address may have the query in several parts: what was there, and what was typed to narrow it down. If they are
    not understood together, the first ones count."""
    parts = [one for one in visit.request.query_params.getlist("q") if one.strip()]
    try:
        return await _understand(visit, view, " ".join(parts))
    except ServiceError as error:
        if error.code != "invalid_filter":
            raise
        before = " ".join(parts[:-1])
        known = await _understand(visit, view, before) if len(parts) > 1 else Filtering("", Asked())
        return Filtering(known.q, known.asked, parts[-1], explain(error))


async def _understand(visit: Visit, view: Filter, q: str) -> Filtering:
    """Raises ServiceError also for a query that is beyond the limits together with the view."""
    query = parse_query(q[:500], names())
    asked = await asking.understand(visit.parts, visit.caller, query, names())
    if query:
        check_filter(And(all=[*_filters(view, asked), *_hits(asked, [])]), TICKET_FIELDS)
    return Filtering(write_query(query), asked)


def _filters(view: Filter, asked: Asked) -> list[Filter]:
    return [view, asked.filter] if asked.filter else [view]


def _hits(asked: Asked, ids: list[str]) -> list[Filter]:
    return [Condition(field="id", op="in", value=ids)] if asked.finds_text else []


def canonical(visit: Visit, found: Filtering) -> str | None:
    """Returns the address with one query, if that of the request has another form."""
    asked = visit.request.query_params.getlist("q")
    if found.mistake or asked == ([found.q] if found.q else []):
        return None
    return address(visit, found.q)


def address(visit: Visit, q: str) -> str:
    pairs = [(name, value) for name, value in visit.request.query_params.multi_items() if name not in ("q", *NOT_HERE)]
    query = urlencode([*pairs, *([("q", q)] if q else [])])
    return f"{visit.request.url.path}?{query}" if query else visit.request.url.path


def chips(visit: Visit, found: Filtering, categories: Sequence[Category]) -> list[queue.Chip]:
    own = [
        queue.Chip(part.field, part.words, address(visit, part.rest))
        for part in show_parts(parse_query(found.q), ENGLISH)
    ]
    return [*queue.chips(visit, categories), *own]


async def matching(visit: Visit, found: Filtering, view: Filter) -> Filter:
    """Returns the filter of the list. Tickets with the words are found by the search."""
    asked, filters = found.asked, _filters(view, found.asked)
    if not asked.finds_text:
        return And(all=filters)
    texts = {"q": asked.words, "phrases": list(asked.phrases), "without": list(asked.without)}
    query = SearchQuery.model_validate({**texts, "type": "ticket", "filter": And(all=filters), "size": MOST_HITS})
    hits = await visit.parts.knowledge.search(visit.reading(), query)
    return And(all=[*filters, *_hits(asked, [hit.id for hit in hits.items])])
