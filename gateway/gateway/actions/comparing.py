"""Two versions of an article, word by word."""

import re
from collections.abc import Mapping
from itertools import count
from typing import Literal

from diff_match_patch import diff_match_patch

from trackline_schemas.articles import ArticleDiff, ArticleView, FieldDiff, TextPart

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_TEXTS = ("title", "body")
_VALUES = ("state", "visibility", "team_id", "category_id", "tags", "language")
_OPS: Mapping[int, Literal["same", "removed", "added"]] = {-1: "removed", 0: "same", 1: "added"}
# Private use: the library would take other signs for letters, blanks or line ends.
_FIRST_SIGN = 0xE000
# After that a rewritten text is told less finely, instead of holding the worker.
_SECONDS = 1.0


def compared(earlier: ArticleView, later: ArticleView) -> ArticleDiff:
    """CPU-bound: up to a second for each text."""
    texts = [_of_text(name, getattr(earlier, name), getattr(later, name)) for name in _TEXTS]
    values = [FieldDiff(field=name, before=getattr(earlier, name), after=getattr(later, name)) for name in _VALUES]
    fields = [field for field in texts if _differs(field)] + [field for field in values if field.before != field.after]
    return ArticleDiff(earlier=earlier.version, later=later.version, fields=fields)


def _of_text(name: str, before: str, after: str) -> FieldDiff:
    return FieldDiff(field=name, parts=parts(before, after))


def _differs(field: FieldDiff) -> bool:
    return any(part.op != "same" for part in field.parts)


def parts(before: str, after: str) -> list[TextPart]:
    """One sign for each different word: the library compares signs."""
    signs: dict[str, str] = {}
    numbers = count(_FIRST_SIGN)

    def shortened(text: str) -> str:
        return "".join(signs.get(word) or signs.setdefault(word, chr(next(numbers))) for word in _WORD.findall(text))

    engine = diff_match_patch()
    engine.Diff_Timeout = _SECONDS
    found = engine.diff_main(shortened(before), shortened(after), False)
    engine.diff_cleanupSemantic(found)
    words = {sign: word for word, sign in signs.items()}
    return [TextPart(op=_OPS[op], text="".join(map(words.__getitem__, run))) for op, run in found]
