"""Marks the words of a query in texts that no search engine marks."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from knowledge.domain.text import HIT_END, HIT_START, fold

Piece = tuple[str, bool]

_WORD = re.compile(r"\w+")
_SPLIT = re.compile(f"{HIT_START}([^{HIT_START}{HIT_END}]*){HIT_END}")
_MARGIN = 70
MOST_FRAGMENTS = 2
# Shorter words are inside many others.
_INSIDE = 4
SNIPPET = 160


# The titles on a page have many words in common.
@lru_cache(4096)
def matches_word(token: str, word: str, *, typing: bool = False) -> bool:
    """Whether a folded token of a text matches a folded word of a query: they differ at most in a short ending, or the
    user is still typing the word and the token begins with it."""
    if token == word or (typing and token.startswith(word)):
        return True
    shorter, longer = (token, word) if len(token) < len(word) else (word, token)
    return len(shorter) >= 3 and len(longer) - len(shorter) <= 3 and longer.startswith(shorter)


def mark_words(text: str, query: Sequence[str]) -> list[Piece]:
    """Splits a text into pieces (text, whether it matched)."""
    pieces: list[Piece] = []
    at = 0
    for start, end in _hits(text, query):
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def fragments(texts: Sequence[str], query: Sequence[str]) -> list[list[Piece]]:
    """Returns the surroundings of the first match in each text, for at most two texts."""
    found = (_fragment(text, query) for text in texts)
    return [pieces for pieces in found if pieces][:MOST_FRAGMENTS]


def beginning(texts: Sequence[str]) -> list[list[Piece]]:
    """Returns what to show of a document whose texts have no match."""
    return [[(text[:SNIPPET], False)] for text in texts[:1] if text]


def split_marked(text: str) -> list[Piece]:
    """Splits a text that has marker characters around its matches into pieces."""
    parts = _SPLIT.split(text)
    return [(part, index % 2 == 1) for index, part in enumerate(parts) if part]


def _fragment(text: str, query: Sequence[str]) -> list[Piece]:
    first = next(_hits(text, query), None)
    if first is None:
        return []
    start = text.rfind(" ", 0, max(first[0] - _MARGIN, 0)) + 1
    end = text.find(" ", first[1] + _MARGIN)
    return mark_words(text[start : end if end >= 0 else None][: 2 * SNIPPET], query)


def _hits(text: str, query: Sequence[str]) -> Iterator[tuple[int, int]]:
    for token in _WORD.finditer(text):
        plain = fold(token[0])
        inside = any(len(word) >= _INSIDE and word in plain for word in query)
        if inside or any(matches_word(plain, word, typing=word == query[-1]) for word in query):
            yield token.span()
