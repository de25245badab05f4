"""Translates a query to the query DSL of Elasticsearch. docs/search.md explains the ranking."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from knowledge.domain.highlight import MOST_FRAGMENTS
from knowledge.domain.number import Named, Reading, named_in
from knowledge.domain.phrase import alternatives
from knowledge.domain.text import (
    HIT_END,
    HIT_START,
    LONGEST_WORD,
    fold,
    in_other_script,
    joined,
    pairs,
    spelled_out,
    umlaut_pattern,
    words,
)
from knowledge.usecases.query import FACETS, IndexQuery, Scope
from trackline_schemas.access import NOTHING
from trackline_schemas.filters import to_elastic

Clause = dict[str, Any]

# The names of clauses that match only hits with all the words, or with the number, begin with this. Each clause needs a
# name of its own, because Elasticsearch keeps a single query of each name.
EXACT = "exact"
_NUMBER = f"{EXACT}-number"
FUZZY_WORDS = 12
MOST_FACET_VALUES = 20
_FUZZY = {"fuzziness": "AUTO:4,8", "prefix_length": 0}
# Both of two words, and two thirds of more.
_MOST = "2<67%"
_THIRD = "1<34%"
_DIGIT = re.compile(r"\d")
# What a better kind of match adds to the score of a hit. Each is more than any sum of scores of words.
_ABOVE_MOST, _ABOVE_PARTS, _ABOVE_OTHERS, _ABOVE_ANY = 1_000, 2_000, 2_000, 5_000
_ABOVE_WORDS, _ABOVE_ERRORS = 5_000, 10_000
# Words as they were typed match in several ways. Parts of words match in one.
_WEIGHT_PARTS, _WEIGHT_NEIGHBOURS = 1.0, 0.3


def sort(query: IndexQuery) -> list[Any]:
    first = {"updated_at": "desc"} if query.blank else {"_score": "desc"}
    return [first, {"key": "asc"}]


def query_clause(query: IndexQuery) -> Clause:
    visible = _visible(query.scopes)
    if query.blank:
        return {"bool": {"filter": [visible]}}
    return {"bool": {"filter": [visible], "must": [_wanted(query)], "should": _boosts(query.q)}}


def named_clause(query: IndexQuery) -> Clause:
    """Matches only what the query names by number, in any of its readings."""
    return {"bool": {"filter": [_visible(query.scopes)], "must": [_by_number(query.named)]}}


def among(keys: Sequence[str], query: IndexQuery) -> Clause:
    return {"bool": {"filter": [{"ids": {"values": keys}}, _visible(query.scopes)]}}


def _visible(scopes: Sequence[Scope]) -> Clause:
    return _any(_within(scope, to_elastic(scope.visible), *_phrases(scope)) for scope in scopes)


def _phrases(scope: Scope) -> list[Clause]:
    without = [{"bool": {"must_not": [_has(phrase, scope)]}} for phrase in scope.without]
    return [*(_any(_has(phrase, scope) for phrase in group) for group in alternatives(scope.phrases)), *without]


def _has(phrase: str, scope: Scope) -> Clause:
    named = named_in(phrase).complete
    return _any([_occurs(phrase, scope), *([_by_number(named, "phrase")] if named else [])])


def _occurs(phrase: str, scope: Scope) -> Clause:
    """Notes neither match nor exclude a document for somebody who may not read them."""
    noted = [{"bool": {"filter": [to_elastic(scope.staff), {"match_phrase": {"notes": phrase}}]}}]
    return _any([{"match_phrase": {"text": phrase}}, *(noted if scope.staff != NOTHING else [])])


def _wanted(query: IndexQuery) -> Clause:
    match query.wanted:
        case "some":
            return _any(_about(query))
        case "typed":
            return _best(_typed(query))
        case "most":
            return _most(query)
        case "any":
            # The order of hits with most of the words must not depend on this, because the pages before had it too. So
            # only the best way counts.
            some = _any_word(query)
            most, mistyped = [_most(query)], [_on_topic(query, _mistyped(query))]
            better = [_above(_ABOVE_ERRORS, most), _above(_ABOVE_ANY, mistyped)]
            return _best([*better, _above(_ABOVE_OTHERS, [_on_topic(query, some)]), *some])


def _typed(query: IndexQuery) -> list[Clause]:
    """All the words stand in the text, or the number is named. Such hits fill most pages, at a third of the cost of all
    ways to match."""
    typed = {"bool": {"must": [_begins(query.q, "text")], "should": [_all_words(query.q, "text")], **_exact("text")}}
    return [*([_by_number(query.named)] if query.named else []), _above(_ABOVE_PARTS, [typed])]


def _most(query: IndexQuery) -> Clause:
    """The better kind of match decides alone, so that a page of the hits that are typed in the text has the same order
    without the other kinds. Typing errors have no place here: they are a third of the work, and a full page does not
    show their hits."""
    q = query.q
    across = {"query": q, "type": "cross_fields", "fields": ["text", "notes"], "operator": "and"}
    noted = [_all_typed(q, "notes"), {"multi_match": across | _exact("across")}]
    parts = _above(_ABOVE_MOST, [_any([_parts(q, "text")], **_exact("parts")), *_in_notes(query, noted)])
    most = [_most_about(query, "text"), *_in_notes(query, [_most_about(query, "notes")])]
    return _best([*_typed(query), parts, _any(most)])


def _most_about(query: IndexQuery, field: str) -> Clause:
    about = _multi(query.topic, _stemmed(field))
    return {"bool": {"must": [_most_stems(query.q, field)], "filter": [about]}}


def _on_topic(query: IndexQuery, ways: Sequence[Clause]) -> Clause:
    """Leaves out what only has words that every report contains, which may be two thirds of a sentence."""
    return {"bool": {"must": [_any(ways)], "filter": [_any(_any_word(replace(query, q=query.topic)))]}}


def _mistyped(query: IndexQuery) -> list[Clause]:
    ways = [_similar(query.q, [field], minimum_should_match=_MOST) for field in ("text", "notes")]
    return [ways[0], *_in_notes(query, ways[1:])]


def _any_word(query: IndexQuery) -> list[Clause]:
    """Stop words have no stem: a hit must contain a word that says something."""
    noted = _in_notes(query, [_multi(query.q, _stemmed("notes"))])
    return [_similar(query.q, _stemmed("text")), *noted]


def _about(query: IndexQuery) -> list[Clause]:
    """A suggestion has a third of the words in its title, or another word for one of them, or most of them anywhere."""
    titles, texts = ["title", *_stemmed("title")], _stemmed("text")
    begun = {"query": query.q, "type": "bool_prefix", "fields": titles, "minimum_should_match": _THIRD}
    same = [_multi(" ".join(query.same), titles)] if query.same else []
    return [
        _above(_ABOVE_MOST, [{"multi_match": begun}, _parts(query.q, "text"), *same]),
        _multi(query.q, titles, minimum_should_match=_THIRD, **_fuzziness(query.q)),
        _multi(query.q, texts, minimum_should_match=_MOST, **_fuzziness(query.q)),
    ]


def highlight(query: IndexQuery, *, stems: bool = False) -> Clause:
    """Marks matches in the texts: words as they were typed, or words of the same stem. The title is short enough to be
    marked by highlight.py. Typing errors and unfinished words stay unmarked: to find them, Elasticsearch would have to
    analyse the texts again, which is twenty times the work."""
    texts = ("text", "notes") if _scopes_with_staff(query.scopes) else ("text",)
    names = [name for text in texts for name in (_stemmed(text) if stems else [text])]
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
    names = [field, *_stemmed(field)]
    return max((marked.get(name, []) for name in names), key=lambda found: "".join(found).count(HIT_START))


def counting(matching: Clause) -> Clause:
    """Counts what matches, and ranks nothing."""
    counted = {field: {"terms": {"field": field, "size": MOST_FACET_VALUES}} for field in FACETS}
    return {"query": {"bool": {"filter": [matching]}}, "aggs": counted, "size": 0, "track_total_hits": False}


def is_exact(hit: Mapping[str, Any]) -> bool:
    """Returns whether the hit has all the words as they were typed, or the number."""
    return any(name.startswith(EXACT) for name in hit.get("matched_queries", ()))


def is_numbered(hit: Mapping[str, Any]) -> bool:
    return any(name.startswith(_NUMBER) for name in hit.get("matched_queries", ()))


def contains_all_words(text: str, scopes: Sequence[Scope], *, unfinished: bool = False) -> Clause:
    """Matches documents that contain all of these words, as they are typed, in texts that the viewer may read. The last
    word may be the beginning of a longer one if it is `unfinished`."""
    has = _begins if unfinished else _all_words
    in_text = [has(text, "text"), _parts(text, "text")]
    in_notes = [_within(scope, to_elastic(scope.staff), has(text, "notes")) for scope in _scopes_with_staff(scopes)]
    return {"bool": {"filter": [_visible(scopes), _any([*in_text, *in_notes])]}}


def _all_typed(q: str, field: str) -> Clause:
    return _any([_begins(q, field), _all_words(q, field), _parts(q, field)], **_exact(field))


def _exact(name: str) -> dict[str, str]:
    return {"_name": f"{EXACT}-{name}"}


def _most_stems(q: str, field: str) -> Clause:
    return _multi(q, _stemmed(field), minimum_should_match=_MOST)


def _parts(q: str, field: str) -> Clause:
    """Matches documents with all the words, which may be parts of longer words there, or a longer word in parts."""
    asked = {"type": "cross_fields", "operator": "and", "auto_generate_synonyms_phrase_query": False}
    fields = {"fields": [f"{field}.parts", f"{field}.joined"], "boost": _WEIGHT_PARTS}
    ways = [{"multi_match": {"query": one, **asked, **fields}} for one in (q, *joined(q))]
    return _best(ways)


def _similar(q: str, fields: Sequence[str], **options: Any) -> Clause:
    """Words with digits must be as they were typed: asset042 is none of the other 99."""
    if not _DIGIT.search(q):
        return _multi(q, fields, **options, **_fuzziness(q))
    each = [_multi(word, fields, **({} if _DIGIT.search(word) else _fuzziness(q))) for word in words(q)]
    return {"bool": {"should": each, "minimum_should_match": 1, **options}}


def _fuzziness(q: str) -> Clause:
    """Fuzzy search needs an automaton per word and field, which costs too much for a long text or a long word."""
    asked = words(q)
    return _FUZZY if len(asked) <= FUZZY_WORDS and all(len(word) <= LONGEST_WORD for word in asked) else {}


def _in_notes(query: IndexQuery, ways: Sequence[Clause]) -> list[Clause]:
    """Internal notes count only if the viewer is staff of the ticket, together with its other texts."""
    staff = [_within(scope, to_elastic(scope.staff)) for scope in _scopes_with_staff(query.scopes)]
    return [{"bool": {"filter": [one], "must": [_any(ways)]}} for one in staff]


def _boosts(q: str) -> list[Clause]:
    """Words that follow each other in the text are found by their joined form: their places there would be half of the
    work of a search."""
    joined_pairs = {"query": " ".join(pairs(q)), "boost": _WEIGHT_NEIGHBOURS}
    return [
        _multi(q, ["title^2", "title.english^2", "title.german^2"]),
        {"match_phrase": {"title": {"query": q, "slop": 1, "boost": 3}}},
        {"match_bool_prefix": {"title": {"query": q, "boost": 2}}},
        *([{"match": {"text.joined": joined_pairs}}] if pairs(q) else []),
    ]


def _by_number(named: Named, name: str = _NUMBER) -> Clause:
    """The closer the reading, the higher the score."""
    levels = list(enumerate(reversed(named.levels), 1))
    return {"dis_max": {"queries": [_read(one, at, name) for at, one in levels if one]}}


def _read(reading: Reading, closeness: int, name: str) -> Clause:
    # An index of the release before, which answers until it was rebuilt, knows no references in any case.
    cased = [form for word in reading.references for form in (word, word.upper(), word.lower())]
    references = {"external_ref": cased, "external_ref.any_case": reading.references}
    terms = {"number": reading.numbers, "digits": reading.digits, **references}
    clauses = [{"terms": {field: list(values)}} for field, values in terms.items() if values]
    score = {"boost": closeness * _ABOVE_WORDS, "_name": f"{name}-{closeness}"}
    return {"constant_score": {"filter": _any(clauses), **score}}


def _stemmed(field: str) -> list[str]:
    return [f"{field}.english", f"{field}.german"]


def _multi(q: str, fields: Sequence[str], **options: Any) -> Clause:
    return {"multi_match": {"query": q, "type": "best_fields", "fields": list(fields), **options}}


def _all_words(text: str, field: str) -> Clause:
    return {"match": {field: {"query": text, "operator": "and"}}}


def _begins(text: str, field: str) -> Clause:
    """Matches documents with all the words, of which the last may be unfinished."""
    ways = [_begun(text, field)]
    if in_other_script(text):
        ways.append(_begun(fold(text), f"{field}_folded"))
    if (german := spelled_out(text)) != text:
        ways.append(_begun(german, field))
    ways += _with_umlauts(words(text), field)
    return ways[0] if len(ways) == 1 else _any(ways)


def _begun(text: str, field: str) -> Clause:
    return {"match_bool_prefix": {field: {"query": text, "operator": "and"}}}


def _with_umlauts(told: Sequence[str], field: str) -> list[Clause]:
    """Finds Türöffner for tuer. Only the English stems still have the umlaut; the German ones have tuer when it is
    whole."""
    if not any(map(umlaut_pattern, told)):
        return []
    *others, last = told
    umlauts = umlaut_pattern(last)
    begun = {"regexp": {f"{field}.english": f"{umlauts}.*"}} if umlauts else {"prefix": {field: last}}
    before = {"query": " ".join(others), "operator": "and", "zero_terms_query": "all"}
    return [{"bool": {"must": [begun, {"match": {f"{field}.german": before}}]}}]


def _scopes_with_staff(scopes: Sequence[Scope]) -> list[Scope]:
    return [scope for scope in scopes if scope.staff != NOTHING]


def _within(scope: Scope, *filters: Clause) -> Clause:
    return {"bool": {"filter": [{"term": {"type": scope.type}}, *filters]}}


def _above(score: int, ways: Sequence[Clause]) -> Clause:
    """Lifts the hits above those that have only a lower score."""
    return {"bool": {"must": [_any(ways)], "should": [{"match_all": {"boost": score}}]}}


def _best(queries: Sequence[Clause]) -> Clause:
    """Only the best way counts."""
    return {"dis_max": {"queries": queries}}


def _any(queries: Iterable[Clause], **options: Any) -> Clause:
    return {"bool": {"should": list(queries), "minimum_should_match": 1, **options}}
