"""Searches the Elasticsearch index."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from knowledge.adapters.elastic import dsl
from knowledge.adapters.elastic.spelling import Spelling
from knowledge.adapters.hit import HIT_FIELDS, cursor, hit, is_staff
from knowledge.domain import highlight
from knowledge.domain.document import ARTICLE_KEYWORDS, TICKET_KEYWORDS, keywords
from knowledge.domain.highlight import MOST_FRAGMENTS, Piece, split_marked
from knowledge.domain.text import words
from knowledge.usecases.ports import IndexMissing, IndexUnavailable
from knowledge.usecases.query import IndexQuery
from trackline_schemas.access import NOTHING
from trackline_schemas.search import FacetValue, Hit, SearchResults

# The backend of pages of the newest documents, which resume at the time of the last one.
BACKEND = "elasticsearch"
# The backend of pages whose hits contain most of the words. They skip the hits of the pages before.
BACKEND_WORDS = "elasticsearch-words"
# The backend of pages whose hits contain any of the words, because no document contained most of them.
BACKEND_ANY = "elasticsearch-any"
_SOURCE = sorted({*HIT_FIELDS, *ARTICLE_KEYWORDS, *TICKET_KEYWORDS, "title", "snippet"})


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turns every error into IndexUnavailable: MongoDB can answer whatever Elasticsearch cannot."""
    try:
        yield
    except NotFoundError as error:
        raise IndexMissing(str(error)) from error
    except (ApiError, TransportError) as error:
        raise IndexUnavailable(str(error)) from error


class ElasticSearch:
    """`client` has a short timeout and no retries. `alias` exists only while the index is complete."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._spelling = Spelling(client, alias)

    def search(self, query: IndexQuery) -> SearchResults:
        with translate_errors():
            return self._answer(query)

    def _answer(self, query: IndexQuery) -> SearchResults:
        any_word = replace(query, wanted="any")
        if query.after and query.after.backend == BACKEND_ANY:
            return self._page(any_word)
        found = self._page(query)
        if found.items or query.after or query.blank or query.wanted == "some":
            return found
        return self._page(any_word)

    def _page(self, query: IndexQuery) -> SearchResults:
        rows, counted = self._request(query) if query.left else ([], {})
        return SearchResults(
            items=[_hit(row, query) for row in rows],
            after=_after(rows, query),
            did_you_mean=self._suggest_correction(rows, query),
            facets={field: _values(found) for field, found in counted.items()},
        )

    def _request(self, query: IndexQuery) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        noted = any(scope.staff != NOTHING for scope in query.scopes)
        answer = self._client.search(
            index=self._alias,
            query=dsl.query_clause(query),
            sort=dsl.sort(query),
            size=query.left,
            **_continue_after(query),
            highlight=None if query.blank else dsl.highlight(query, noted),
            aggs=dsl.facets() if query.counted else None,
            source_includes=_SOURCE,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        return answer["hits"]["hits"], answer.get("aggregations", {})

    def _suggest_correction(self, rows: list[dict[str, Any]], query: IndexQuery) -> str | None:
        exact = any(dsl.EXACT in row.get("matched_queries", ()) for row in rows)
        skipped = exact or query.blank or not query.counted or (query.wanted == "most" and not rows)
        return None if skipped else self._spelling.correct(query)


def _continue_after(query: IndexQuery) -> dict[str, Any]:
    after = query.after
    if after is None:
        return {}
    if query.blank and after.backend == BACKEND:
        return {"search_after": [int(after.sort), after.key]}
    return {"from_": after.seen}


def _after(rows: list[dict[str, Any]], query: IndexQuery) -> str | None:
    if not rows:
        return None
    more = len(rows) == query.left
    if query.blank:
        return cursor(query, BACKEND, len(rows), more, tuple(rows[-1]["sort"]))
    return cursor(query, BACKEND_ANY if query.wanted == "any" else BACKEND_WORDS, len(rows), more)


def _hit(row: Mapping[str, Any], query: IndexQuery) -> Hit:
    document, marked = row["_source"], row.get("highlight", {})
    title = highlight.mark_words(document["title"], words(query.q))
    fields = ("text", "notes") if is_staff(document, query) else ("text",)
    shown = [fragment for field in fields for fragment in dsl.best_fragments(marked, field)]
    pieces = {_plain(one): one for one in map(split_marked, shown)}
    pieces.pop(document["title"], None)
    # Keywords find an article but say little about it: they are shown only if nothing else matched.
    matched = pieces.pop(" ".join(keywords(document)), None)
    found = list(pieces.values()) or ([matched] if matched else [])
    if not found and document["snippet"]:
        found = [highlight.mark_words(document["snippet"], words(query.q))]
    return hit(document, title, found[:MOST_FRAGMENTS])


def _plain(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def _values(found: Mapping[str, Any]) -> list[FacetValue]:
    return [FacetValue(value=bucket["key"], count=bucket["doc_count"]) for bucket in found["buckets"]]
