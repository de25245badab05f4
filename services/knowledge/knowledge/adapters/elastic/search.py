"""Searches the Elasticsearch index."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.exceptions import HTTP_EXCEPTIONS

from knowledge.adapters.elastic import dsl
from knowledge.adapters.elastic.spelling import Spelling
from knowledge.adapters.hit import HIT_FIELDS, cursor, facets, hit, is_staff
from knowledge.domain import highlight
from knowledge.domain.document import ARTICLE_KEYWORDS, TICKET_KEYWORDS, keywords
from knowledge.domain.highlight import MOST_FRAGMENTS, Piece, split_marked
from knowledge.domain.text import words
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, QueryRefused
from knowledge.usecases.query import FACETS, IndexQuery, Wanted
from trackline_schemas.search import FacetValue, Hit, SearchResults

# Which hits a page has; its cursor tells the next page. The newest resume at the time of the last one, all others skip
# the hits of the pages before.
NEWEST = "elasticsearch"
# Hits with all the words in their texts, as they were typed.
TYPED = "elasticsearch-typed"
# The same, below them those with most of the words.
WORDS = "elasticsearch-words"
# The same, below them those with typing errors, and below these those with any of the words.
ANY = "elasticsearch-any"
# The same, for the corrected query.
MEANT = "elasticsearch-meant"
# What the query names by number.
NUMBER = "elasticsearch-number"
MOST_NAMED = 100
_WANTED: Mapping[str, Wanted] = {TYPED: "typed", ANY: "any", MEANT: "any"}
_SOURCE = sorted({*HIT_FIELDS, *ARTICLE_KEYWORDS, *TICKET_KEYWORDS, "title", "snippet", "external_ref", *FACETS})


Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """`pages` tells which hits these are, and `counted` has the facets of all of them."""

    pages: str
    rows: list[Row]
    counted: Mapping[str, Any] = field(default_factory=dict)


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
        return self._filled(query, self._request(query, WORDS) if backend == WORDS else self._most(query))

    def _begin(self, query: IndexQuery) -> SearchResults:
        named = query.named
        # A word with digits is rarely a reference, and then one request is enough.
        if named.alone and (named.numbers or named.digits) and (numbered := self._named(query)).items:
            return numbered
        found = self._most(query)
        if (numbers := list(filter(dsl.is_numbered, found.rows))) and named.closest(numbers, _document)[1]:
            return self._named(query)
        exact = any(map(dsl.is_exact, found.rows))
        if not exact and (meant := self._spelling.correct(query)):
            return self._meant(query, meant)
        return self._filled(query, found)

    def _most(self, query: IndexQuery) -> Found:
        """Returns the hits with most of the words. If the best of them fill the page, the others are not looked for."""
        typed = self._request(query, TYPED)
        return typed if len(typed.rows) == query.left else self._request(query, WORDS)

    def _named(self, query: IndexQuery) -> SearchResults:
        """Returns only what the query names. These are few, and which of them are meant depends on all of them."""
        if not query.named:
            return SearchResults(items=[])
        all_of_them = replace(query, size=MOST_NAMED, after=None, facets=False)
        meant, _ = query.named.closest(self._request(all_of_them, NUMBER).rows, _document)
        rows = meant[query.seen : query.seen + query.left]
        found = self._results(query, Found(NUMBER, rows))
        after = cursor(query, NUMBER, len(rows), more=query.seen + len(rows) < len(meant))
        counted = facets(list(map(_document, meant))) if query.counted else {}
        return found.model_copy(update={"after": after, "facets": counted})

    def _filled(self, query: IndexQuery, found: Found) -> SearchResults:
        """Returns the page of these hits, which have most of the words, or one that goes on with typing errors and with
        any of the words."""
        return self._results(query, found) if len(found.rows) == query.left else self._page(query, ANY)

    def _meant(self, query: IndexQuery, meant: str) -> SearchResults:
        return self._page(replace(query, q=meant), MEANT).model_copy(update={"did_you_mean": meant})

    def _page(self, query: IndexQuery, pages: str) -> SearchResults:
        return self._results(query, self._request(query, pages))

    def _results(self, query: IndexQuery, found: Found) -> SearchResults:
        if not query.blank:
            self._mark_stems([row for row in found.rows if "highlight" not in row], query)
        return SearchResults(
            items=[_hit(row, query) for row in found.rows],
            after=_after(found, query),
            facets={field: _values(values) for field, values in found.counted.items()},
        )

    def _request(self, query: IndexQuery, pages: str) -> Found:
        """Counts all hits in a request of its own, at the same time: where hits are only ranked, Elasticsearch skips
        those that cannot be among the best."""
        if not query.left:
            return Found(pages, [])
        hits = {
            "query": _clause(query, pages),
            "sort": dsl.sort(query),
            "size": query.left,
            **_continue_after(query),
            **({} if query.blank else {"highlight": dsl.highlight(query)}),
            "_source": _SOURCE,
            "track_total_hits": False,
        }
        if not query.counted:
            return Found(pages, self._search(hits)[0]["hits"]["hits"])
        found, counted = self._search(hits, dsl.counting(_clause(query, WORDS if pages == TYPED else pages)))
        return Found(pages, found["hits"]["hits"], counted["aggregations"])

    def _search(self, *bodies: dict[str, Any]) -> list[Mapping[str, Any]]:
        header = {"index": self._alias, "allow_partial_search_results": False}
        answer = self._client.msearch(searches=[line for body in bodies for line in (header, body)])
        for one in answer["responses"]:
            if "error" in one:
                raise HTTP_EXCEPTIONS.get(one["status"], ApiError)(str(one["error"]), answer.meta, one)
        found: list[Mapping[str, Any]] = answer["responses"]
        return found

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
    return dsl.query_clause(replace(query, wanted=_WANTED.get(pages, query.wanted)))


def _continue_after(query: IndexQuery) -> dict[str, Any]:
    after = query.after
    if after is None:
        return {}
    if query.blank and after.backend == NEWEST:
        return {"search_after": [int(after.sort), after.key]}
    return {"from": after.seen}


def _after(found: Found, query: IndexQuery) -> str | None:
    rows = found.rows
    if not rows:
        return None
    more = len(rows) == query.left
    return cursor(query, found.pages, len(rows), more, *([tuple(rows[-1]["sort"])] if query.blank else []))


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
