"""Suggests corrected queries, using only words that the viewer may read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from knowledge.adapters.elastic.dsl import FUZZY_WORDS, contains_all_words
from knowledge.domain.spelling import same_letters, swapped
from knowledge.domain.text import words
from knowledge.usecases.query import IndexQuery, Scope

_TERM = {
    "field": "text",
    # With "missing", the suggestions would depend on documents that the viewer may not read.
    "suggest_mode": "always",
    "max_edits": 2,
    "prefix_length": 0,
    "min_word_length": 3,
    "size": 10,
}
# Almost every shorter text begins some word.
_SHORTEST_BEGINNING = 4
# How many of the suggestions for a word are looked up.
_LIKELIEST = 3


class Sought(NamedTuple):
    """Words to look up. If they are `unfinished`, the last of them may be the beginning of a longer word."""

    words: str
    unfinished: bool = False


class Spelling:
    """Elasticsearch suggests words of all documents. A word is used only if the viewer could have read it."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias

    def correct(self, query: IndexQuery) -> str | None:
        """Replaces the unknown words of the query. Returns None if no document then contains all its words, or if the
        query is long. The last word is known if a word begins with it, because people may still be typing it."""
        if len(words(query.q)) > FUZZY_WORDS:
            return None
        suggested = self._suggest(query.q)
        known = self._known(set(_sought(suggested)), query.scopes)
        corrected, unfinished = query.q, bool(suggested) and _typed(suggested[-1], suggested) in known
        for word in reversed(suggested):
            better = next((option for option in _options(word, suggested) if option in known), None)
            if _typed(word, suggested) not in known and better:
                start = word["offset"]
                corrected = corrected[:start] + better.words + corrected[start + word["length"] :]
                unfinished = better.unfinished if word is suggested[-1] else unfinished
        if corrected == query.q:
            return None
        whole = Sought(corrected, unfinished)
        return corrected if self._known({whole}, query.scopes) else None

    def _suggest(self, q: str) -> Sequence[Mapping[str, Any]]:
        answer = self._client.search(
            index=self._alias, size=0, suggest={"words": {"text": q, "term": _TERM}}, allow_partial_search_results=False
        )
        found: Sequence[Mapping[str, Any]] = answer["suggest"]["words"]
        return found

    def _known(self, texts: set[Sought], scopes: Sequence[Scope]) -> set[Sought]:
        """Returns the texts whose words occur together in a document that the viewer may read."""
        if not texts:
            return set()
        numbered = dict(enumerate(sorted(texts)))
        each = {
            str(number): contains_all_words(text.words, scopes, unfinished=text.unfinished)
            for number, text in numbered.items()
        }
        answer = self._client.search(
            index=self._alias,
            size=0,
            aggs={"known": {"filters": {"filters": each}}},
            allow_partial_search_results=False,
        )
        counted = answer["aggregations"]["known"]["buckets"]
        return {text for number, text in numbered.items() if counted[str(number)]["doc_count"]}


def _sought(suggested: Sequence[Mapping[str, Any]]) -> Iterator[Sought]:
    for word in suggested:
        yield _typed(word, suggested)
        yield from _options(word, suggested)


def _options(word: Mapping[str, Any], suggested: Sequence[Mapping[str, Any]]) -> Iterator[Sought]:
    """Elasticsearch suggests whole words only. The letters of an unfinished one may be swapped, too."""
    if word is suggested[-1] and len(word["text"]) >= _SHORTEST_BEGINNING:
        yield from (Sought(one, unfinished=True) for one in swapped(word["text"]))
    yield from map(Sought, _likeliest(word))


def _typed(word: Mapping[str, Any], suggested: Sequence[Mapping[str, Any]]) -> Sought:
    return Sought(word["text"], unfinished=word is suggested[-1])


def _likeliest(word: Mapping[str, Any]) -> list[str]:
    """Among words that differ as little, those with swapped letters come first, and then the commonest."""
    ranked = sorted(word["options"], key=lambda one: (-one["score"], not same_letters(one["text"], word["text"])))
    return [option["text"] for option in ranked[:_LIKELIEST]]
