"""Our own marking of words in a text, for where no search engine does it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from knowledge.domain.text import HIT_END, HIT_START, folded

Piece = tuple[str, bool]

_WORD = re.compile(r"\w+")
_SPLIT = re.compile(f"{HIT_START}(.*?){HIT_END}", re.DOTALL)
_MARGIN = 70
MOST_FRAGMENTS = 2
SNIPPET = 160


# The titles of a page have many words in common.
@lru_cache(4096)
def alike(token: str, word: str, *, typing: bool = False) -> bool:
    """Whether a folded token of a text answers a folded word of a query: the same but for a short ending, or, while
    the word is still being typed, anything that begins with it."""
    if token == word or (typing and token.startswith(word)):
        return True
    shorter, longer = (token, word) if len(token) < len(word) else (word, token)
    return len(shorter) >= 3 and len(longer) - len(shorter) <= 3 and longer.startswith(shorter)


def marked(text: str, query: Sequence[str]) -> list[Piece]:
    """The text in pieces, True where it matched."""
    pieces: list[Piece] = []
    at = 0
    for start, end in _hits(text, query):
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def fragments(texts: Sequence[str], query: Sequence[str]) -> list[list[Piece]]:
    """The surroundings of the first hit of each text, the first texts first."""
    found = (_fragment(text, query) for text in texts)
    return [pieces for pieces in found if pieces][:MOST_FRAGMENTS]


def beginning(texts: Sequence[str]) -> list[list[Piece]]:
    """What to show of a document whose texts have no hit."""
    return [[(text[:SNIPPET], False)] for text in texts[:1] if text]


def split_marked(text: str) -> list[Piece]:
    """Pieces of a text with marker characters around what matched."""
    parts = _SPLIT.split(text)
    return [(part, index % 2 == 1) for index, part in enumerate(parts) if part]


def _fragment(text: str, query: Sequence[str]) -> list[Piece]:
    first = next(_hits(text, query), None)
    if first is None:
        return []
    start = text.rfind(" ", 0, max(first[0] - _MARGIN, 0)) + 1
    end = text.find(" ", first[1] + _MARGIN)
    return marked(text[start : end if end >= 0 else None][: 2 * SNIPPET], query)


def _hits(text: str, query: Sequence[str]) -> Iterator[tuple[int, int]]:
    for token in _WORD.finditer(text):
        plain = folded(token[0])
        if any(alike(plain, word, typing=word == query[-1]) for word in query):
            yield token.span()
