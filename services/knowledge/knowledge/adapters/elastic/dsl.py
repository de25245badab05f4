"""Translates a query to the query DSL of Elasticsearch. docs/search.md explains the ranking."""

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.domain.highlight import MOST_FRAGMENTS
from knowledge.domain.text import HIT_END, HIT_START, digits_in, numbers_in, words
from knowledge.usecases.query import FACETS, IndexQuery, Scope, Wanted
from trackline_schemas.access import NOTHING
from trackline_schemas.filters import to_elastic

Clause = dict[str, Any]

EXACT = "exact"
FUZZY_WORDS = 12
MOST_FACET_VALUES = 20
_FUZZY = {"fuzziness": "AUTO:4,8", "prefix_length": 1}
# The words that a hit must contain. "most": both of two words, and two thirds of more. "some": a third.
_ENOUGH: dict[Wanted, str] = {"most": "2<67%", "some": "1<34%", "any": "1"}


def sort(query: IndexQuery) -> list[Any]:
    first = {"updated_at": "desc"} if query.blank else {"_score": "desc"}
    return [first, {"key": "asc"}]


def query_clause(query: IndexQuery) -> Clause:
    visible = _any(_within(scope, to_elastic(scope.visible)) for scope in query.scopes)
    if query.blank:
        return {"bool": {"filter": [visible]}}
    ways = [_by_number(query.q), *_text_queries(query, "text")]
    noted = [way for scope in _scopes_with_staff(query.scopes) for way in _in_notes(query, scope)]
    return {"bool": {"filter": [visible], "must": [_any([*ways, *noted])], "should": _boosts(query.q)}}


def highlight(query: IndexQuery, with_notes: bool) -> Clause:
    """Marks matches in the texts, by each of their analyzers. The title is short enough to be marked by highlight.py.
    Typing errors and unfinished words stay unmarked: to find them, Elasticsearch would have to analyse the texts again,
    which is twenty times the work."""
    names = [name for field in (("text", "notes") if with_notes else ("text",)) for name in _analyzed_fields(field)]
    return {
        "pre_tags": [HIT_START],
        "post_tags": [HIT_END],
        "type": "unified",
        "fragment_size": 160,
        # The texts include the title and the tags.
        "number_of_fragments": MOST_FRAGMENTS + 2,
        # Only a query over the field itself is answered from the offsets in the index.
        "fields": {name: {"highlight_query": {"match": {name: query.q}}} for name in names},
    }


def best_fragments(marked: Mapping[str, list[str]], field: str) -> list[str]:
    """Returns the fragments of the analyzer that marked most."""
    return max(
        (marked.get(name, []) for name in _analyzed_fields(field)), key=lambda found: "".join(found).count(HIT_START)
    )


def facets() -> Clause:
    return {field: {"terms": {"field": field, "size": MOST_FACET_VALUES}} for field in FACETS}


def contains_all_words(text: str, scopes: Sequence[Scope]) -> Clause:
    """Matches documents that contain all of these words, as they are typed, in texts that the viewer may read."""
    in_text = [_all_words(text, ["text"])]
    in_notes = [
        _within(scope, to_elastic(scope.staff), _all_words(text, ["notes"])) for scope in _scopes_with_staff(scopes)
    ]
    visible = _any(_within(scope, to_elastic(scope.visible)) for scope in scopes)
    return {"bool": {"filter": [visible, _any([*in_text, *in_notes])]}}


def _text_queries(query: IndexQuery, field: str) -> list[Clause]:
    q, enough = query.q, {"minimum_should_match": _ENOUGH[query.wanted]}
    stems = _analyzed_fields(field)[1:]
    together = {"query": q, "fields": [field], "operator": "and", "_name": EXACT}
    ways: list[Clause] = [
        _multi(q, stems, **enough),
        {"multi_match": together | {"type": "bool_prefix"}},
        {"multi_match": together | {"type": "best_fields"}},
    ]
    # Stop words have no stem. In a sentence that is still being typed they must not count.
    return [*ways, _multi(q, stems if query.wanted == "some" else [field], **enough, **_fuzziness(q))]


def _fuzziness(q: str) -> Clause:
    """Fuzzy search needs an automaton per word and field, which costs too much for a long text."""
    return _FUZZY if len(words(q)) <= FUZZY_WORDS else {}


def _in_notes(query: IndexQuery, scope: Scope) -> list[Clause]:
    """Internal notes count only if the viewer is staff of the ticket, together with its other texts."""
    across = {"query": query.q, "type": "cross_fields", "fields": ["text", "notes"], "operator": "and"}
    ways = [*_text_queries(query, "notes"), {"multi_match": across | {"_name": EXACT}}]
    return [{"bool": {"filter": [_within(scope, to_elastic(scope.staff))], "must": [_any(ways)]}}]


def _boosts(q: str) -> list[Clause]:
    phrase = {"query": q, "type": "phrase", "fields": ["title^3", "text"], "slop": 1}
    titled = {"query": q, "type": "bool_prefix", "fields": ["title"], "boost": 2}
    return [
        _multi(q, ["title^2", "title.english^2", "title.german^2"]),
        {"multi_match": phrase},
        {"multi_match": titled},
    ]


def _by_number(q: str) -> Clause:
    named = _any([{"terms": {"number": numbers_in(q)}}, {"terms": {"digits": [digits_in(q) or ""]}}])
    return {"constant_score": {"filter": named, "boost": 1000, "_name": EXACT}}


def _analyzed_fields(field: str) -> list[str]:
    return [field, f"{field}.english", f"{field}.german"]


def _multi(q: str, fields: Sequence[str], **options: Any) -> Clause:
    return {"multi_match": {"query": q, "type": "best_fields", "fields": list(fields), **options}}


def _all_words(text: str, fields: list[str]) -> Clause:
    return {"multi_match": {"query": text, "type": "best_fields", "fields": fields, "operator": "and"}}


def _scopes_with_staff(scopes: Sequence[Scope]) -> list[Scope]:
    return [scope for scope in scopes if scope.staff != NOTHING]


def _within(scope: Scope, *filters: Clause) -> Clause:
    return {"bool": {"filter": [{"term": {"type": scope.type}}, *filters]}}


def _any(queries: Any) -> Clause:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
