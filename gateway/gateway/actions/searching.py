"""Searches for what somebody typed or pasted: a query, or the text of a ticket that looks like one."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from gateway.actions import asking
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from trackline_schemas.errors import ServiceError
from trackline_schemas.query import ENGLISH, Names, Query, Text, find_marked, parse_query, plain
from trackline_schemas.search import Hit, SearchQuery, SearchResults

# Why a text was searched as words: as a query it is refused, or finds nothing, or a title contains it.
Why = Literal["refused", "nothing", "title"]


@dataclass(frozen=True)
class Found:
    """`query` is the text as it was understood. If there is a reason `why` the text was searched as words instead, the
    query is empty, and `marked` are the parts of the text that would be more than words in a query."""

    results: SearchResults
    query: Query = ()
    why: Why | None = None
    marked: tuple[str, ...] = ()
    refused: ServiceError | None = None


async def search(parts: Parts, caller: Caller, typed: str, plan: SearchQuery, names: Names = ENGLISH) -> Found:
    """Searches together with what the `plan` holds beside its words, which always counts."""
    words = plan.model_copy(update={"q": plain(typed)})
    try:
        query = parse_query(typed, names)
        narrowed = await asking.narrow(parts, caller, query, plan, names)
        if not _may_be_text(query):
            return Found(await _ask(parts, caller, narrowed), query)
        both = (_ask(parts, caller, _first(one)) for one in (narrowed, words))
        first, first_of_words = await asyncio.gather(*both)
    except ServiceError as error:
        if error.code != "invalid_filter":
            raise
        return Found(await _ask(parts, caller, words), (), "refused", tuple(find_marked(typed, names)), error)
    # What the first page shows tells for all pages.
    why = _why(words.q, first, first_of_words)
    found = first_of_words if why else first
    if plan.after:
        found = await _ask(parts, caller, words if why else narrowed)
    return Found(found, (), why, tuple(find_marked(typed, names))) if why else Found(found, query)


def _may_be_text(query: Query) -> bool:
    """A query of nothing but words is searched as words anyway. One of nothing but filters, phrases and exclusions was
    meant as one."""
    plain_words = [isinstance(part, Text) and not part.phrase and not part.without for part in query]
    return any(plain_words) and not all(plain_words)


def _why(text: str, understood: SearchResults, as_words: SearchResults) -> Why | None:
    if not understood.items:
        return "nothing" if as_words.items else None
    shown = {hit.id for hit in understood.items}
    return "title" if any(_has_title(hit, text) and hit.id not in shown for hit in as_words.items) else None


def _has_title(hit: Hit, text: str) -> bool:
    return _key(text) in _key("".join(segment.text for segment in hit.title))


def _key(text: str) -> str:
    return " ".join(plain(text).casefold().split())


def _first(plan: SearchQuery | None) -> SearchQuery | None:
    return plan and plan.model_copy(update={"after": None})


async def _ask(parts: Parts, caller: Caller, plan: SearchQuery | None) -> SearchResults:
    return SearchResults(items=[]) if plan is None else await parts.knowledge.search(caller.reading(), plan)
