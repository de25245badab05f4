"""Ranks documents by their words without an index, for a viewer who may read few of them."""

from collections.abc import Iterable, Iterator, Mapping

from knowledge.adapters.document import WEIGHTS
from knowledge.domain.document import Document
from knowledge.domain.highlight import matches_word
from knowledge.domain.text import words
from knowledge.domain.topic import topic_of

TEXTS = dict.fromkeys(WEIGHTS, 1)


def rank(rows: Iterable[Document], search: str) -> dict[str, tuple[float, Document]]:
    """`search` is written as for MongoDB: words in quotes must all be there, and otherwise one is enough."""
    every = search.startswith('"')
    wanted = words(search) if every else topic_of(search).words
    scored = ((row, [_score(texts, word) for word in wanted]) for row in rows for texts in [_words(row)])
    return {row["_id"]: (sum(scores), row) for row, scores in scored if (all if every else any)(scores) and scores}


def _score(texts: Mapping[str, set[str]], word: str) -> float:
    return sum(WEIGHTS[name] for name, own in texts.items() if any(matches_word(one, word) for one in own))


def _words(row: Document) -> Mapping[str, set[str]]:
    return {name: {word for text in _texts(row, name) for word in words(text)} for name in WEIGHTS}


def _texts(row: Document, name: str) -> Iterator[str]:
    own, _, part = name.partition(".")
    found = row.get(own) or []
    if part:
        return (one[part] for one in found)
    return iter([found] if isinstance(found, str) else found)
