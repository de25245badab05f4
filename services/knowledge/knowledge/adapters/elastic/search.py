"""Searches the Elasticsearch index."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from knowledge.adapters.elastic import dsl
from knowledge.adapters.elastic.spelling import Spelling
from knowledge.adapters.hit import HIT_FIELDS, cursor, facets, hit, is_staff
from knowledge.domain import highlight
from knowledge.domain.document import ARTICLE_KEYWORDS, TICKET_KEYWORDS, keywords
from knowledge.domain.highlight import MOST_FRAGMENTS, Piece, split_marked
from knowledge.domain.text import words
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, QueryRefused
from knowledge.usecases.query import FACETS, IndexQuery
from trackline_schemas.search import FacetValue, Hit, SearchResults

# Which hits a page has; its cursor tells the next page. The newest resume at the time of the last one, all others skip
# the hits of the pages before.
NEWEST = "elasticsearch"
# Hits with most of the words.
WORDS = "elasticsearch-words"
# The same, below them those with typing errors, and below these those with any of the words.
ANY = "elasticsearch-any"
# The same, for the corrected query.
MEANT = "elasticsearch-meant"
# What the query names by number.
NUMBER = "elasticsearch-number"
MOST_NAMED = 100
_SOURCE = sorted({*HIT_FIELDS, *ARTICLE_KEYWORDS, *TICKET_KEYWORDS, "title", "snippet", "external_ref", *FACETS})


Row = dict[str, Any]


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turns every error into IndexUnavailable: MongoDB can answer whatever Elasticsearch cannot."""
    try:
        yield
    except NotFoundError as error:
        raise IndexMissing(str(error)) from error
    except BadRequestError as error:
        raise QueryRefused(str(error)) from error
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
        if query.blank:
            return self._page(query, NEWEST)
        if query.wanted == "some":
            return self._page(query, WORDS)
        return self._go_on(query, query.after.backend) if query.after else self._begin(query)

    def _go_on(self, query: IndexQuery, backend: str) -> SearchResults:
        if backend == MEANT and (meant := self._spelling.correct(query)):
            return self._meant(query, meant)
        if backend == NUMBER:
            return self._named(query)
        if backend == ANY:
            return self._page(query, ANY)
        return self._filled(query, *self._request(query, WORDS)) if query.left else SearchResults(items=[])

    def _begin(self, query: IndexQuery) -> SearchResults:
        named = query.named
        # A word with digits is rarely a reference, and then one request is enough.
        if named.alone and (named.numbers or named.digits) and (numbered := self._named(query)).items:
            return numbered
        rows, counted = self._request(query, WORDS)
        if (numbers := list(filter(dsl.is_numbered, rows))) and named.closest(numbers, _document)[1]:
            return self._named(query)
        exact = any(map(dsl.is_exact, rows))
        if not exact and (meant := self._spelling.correct(query)):
            return self._meant(query, meant)
        return self._filled(query, rows, counted)

    def _named(self, query: IndexQuery) -> SearchResults:
        """Returns only what the query names. These are few, and which of them are meant depends on all of them."""
        if not query.named:
            return SearchResults(items=[])
        all_of_them = replace(query, size=MOST_NAMED, after=None, facets=False)
        meant, _ = query.named.closest(self._request(all_of_them, NUMBER)[0], _document)
        rows = meant[query.seen : query.seen + query.left]
        found = self._results(rows, {}, query, NUMBER)
        after = cursor(query, NUMBER, len(rows), more=query.seen + len(rows) < len(meant))
        counted = facets(list(map(_document, meant))) if query.counted else {}
        return found.model_copy(update={"after": after, "facets": counted})

    def _filled(self, query: IndexQuery, rows: list[Row], counted: Mapping[str, Any]) -> SearchResults:
        """Returns the page of the rows, which have most of the words, or one that goes on with typing errors and with
        any of the words."""
        if len(rows) == query.left:
            return self._results(rows, counted, query, WORDS)
        return self._page(query, ANY)

    def _meant(self, query: IndexQuery, meant: str) -> SearchResults:
        return self._page(replace(query, q=meant), MEANT).model_copy(update={"did_you_mean": meant})

    def _page(self, query: IndexQuery, pages: str) -> SearchResults:
        rows, counted = self._request(query, pages) if query.left else ([], {})
        return self._results(rows, counted, query, pages)

    def _results(self, rows: list[Row], counted: Mapping[str, Any], query: IndexQuery, pages: str) -> SearchResults:
        if not query.blank:
            self._mark_stems([row for row in rows if "highlight" not in row], query)
        return SearchResults(
            items=[_hit(row, query) for row in rows],
            after=_after(rows, query, pages),
            facets={field: _values(found) for field, found in counted.items()},
        )

    def _request(self, query: IndexQuery, pages: str) -> tuple[list[Row], dict[str, Any]]:
        answer = self._client.search(
            index=self._alias,
            query=_clause(query, pages),
            sort=dsl.sort(query),
            size=query.left,
            **_continue_after(query),
            highlight=None if query.blank else dsl.highlight(query),
            aggs=dsl.facets() if query.counted else None,
            source_includes=_SOURCE,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        return answer["hits"]["hits"], answer.get("aggregations", {})

    def _mark_stems(self, rows: list[Row], query: IndexQuery) -> None:
        """Marks rows that have no word as it was typed. To mark every row by its stems, too, would be half of the work
        of a search."""
        if not rows:
            return
        answer = self._client.search(
            index=self._alias,
            query=dsl.among([row["_id"] for row in rows], query),
            size=len(rows),
            highlight=dsl.highlight(query, stems=True),
            source=False,
            allow_partial_search_results=False,
        )
        marked = {hit["_id"]: hit.get("highlight", {}) for hit in answer["hits"]["hits"]}
        for row in rows:
            row["highlight"] = marked.get(row["_id"], {})


def _document(row: Row) -> Mapping[str, Any]:
    document: Mapping[str, Any] = row["_source"]
    return document


def _clause(query: IndexQuery, pages: str) -> dsl.Clause:
    if pages == NUMBER:
        return dsl.named_clause(query)
    return dsl.query_clause(replace(query, wanted="any") if pages in (ANY, MEANT) else query)


def _continue_after(query: IndexQuery) -> dict[str, Any]:
    after = query.after
    if after is None:
        return {}
    if query.blank and after.backend == NEWEST:
        return {"search_after": [int(after.sort), after.key]}
    return {"from_": after.seen}


def _after(rows: list[Row], query: IndexQuery, pages: str) -> str | None:
    if not rows:
        return None
    more = len(rows) == query.left
    return cursor(query, pages, len(rows), more, *([tuple(rows[-1]["sort"])] if query.blank else []))


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
