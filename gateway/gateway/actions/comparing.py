"""Compares two versions of an article word by word."""

import re
from collections.abc import Mapping
from itertools import count
from typing import Literal

from diff_match_patch import diff_match_patch

from gateway.kit.turns import Turns
from gateway.kit.waiting import Lane
from trackline_schemas.articles import ArticleDiff, ArticleView, FieldDiff, TextPart
from trackline_schemas.errors import reasons

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_TEXTS = ("title", "body")
_VALUES = ("state", "visibility", "team_id", "category_id", "tags", "language")
_OPS: Mapping[int, Literal["same", "removed", "added"]] = {-1: "removed", 0: "same", 1: "added"}
# Private use characters: the library would treat others as letters, blanks or line ends.
_FIRST_CODE_POINT = 0xE000
# After this time the library returns a coarser diff, so that a rewritten text does not block the worker.
_SECONDS = 1.0
# Whoever finds this many others waiting would wait for half a minute at worst.
MOST_WAITING = 16
# One at a time: the event loop would wait for its turn behind several threads that compute.
_TURNS = Turns(1, "compare", known=MOST_WAITING, strangers=0, full=reasons.articles.TOO_MANY_COMPARISONS)


async def compare_articles(earlier: ArticleView, later: ArticleView, reader_id: str) -> ArticleDiff:
    """Readers take turns. Raises ServiceError unavailable if too many wait already."""
    return await _TURNS.run(Lane(reader_id, known=True), lambda: diff_articles(earlier, later))


def diff_articles(earlier: ArticleView, later: ArticleView) -> ArticleDiff:
    """Returns the fields that differ. It is CPU-bound and takes up to a second for each text."""
    texts = [_diff_text(name, getattr(earlier, name), getattr(later, name)) for name in _TEXTS]
    values = [FieldDiff(field=name, before=getattr(earlier, name), after=getattr(later, name)) for name in _VALUES]
    fields = [field for field in texts if _differs(field)] + [field for field in values if field.before != field.after]
    return ArticleDiff(earlier=earlier.version, later=later.version, fields=fields)


def _diff_text(name: str, before: str, after: str) -> FieldDiff:
    return FieldDiff(field=name, parts=diff_words(before, after))


def _differs(field: FieldDiff) -> bool:
    return any(part.op != "same" for part in field.parts)


def diff_words(before: str, after: str) -> list[TextPart]:
    """Returns the parts of both texts in order. Joined, the parts that are the same or removed make `before`, and those
    that are the same or added make `after`. The library compares characters, so each distinct word is replaced by one
    character."""
    characters: dict[str, str] = {}
    code_points = count(_FIRST_CODE_POINT)

    def encode(text: str) -> str:
        return "".join(
            characters.get(word) or characters.setdefault(word, chr(next(code_points))) for word in _WORD.findall(text)
        )

    engine = diff_match_patch()
    engine.Diff_Timeout = _SECONDS
    found = engine.diff_main(encode(before), encode(after), False)
    engine.diff_cleanupSemantic(found)
    words = {character: word for word, character in characters.items()}
    return [TextPart(op=_OPS[op], text="".join(map(words.__getitem__, run))) for op, run in found]
