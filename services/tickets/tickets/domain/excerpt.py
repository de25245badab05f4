"""The beginning of a text in one line, as lists show it."""

import re

LENGTH = 200
# Only the beginning is looked at, so that a long text costs nothing.
_LOOKED_AT = 4 * LENGTH
# Lines without a word, such as the one below the head of a table, and the marks before headings, lists and quotes.
_LINE_MARKS = re.compile(r"^[-:|=` \t]+$|^[ \t]*```.*$|^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)+", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(?<![\w*_])(\*\*|__|\*|_)(?=[^\s*_])([^*_\n]*)(?<=[^\s*_])\1(?![\w*_])")
_TABLE_EDGE = re.compile(r"^\|[ \t]|[ \t]\|$", re.MULTILINE)
_CODE = re.compile(r"`+")


def excerpt(text: str, format: str = "plain") -> str:
    begins = text[:_LOOKED_AT]
    line = " ".join((_without_marks(begins) if format == "markdown" else begins).split())
    return line if len(line) <= LENGTH else line[: LENGTH - 1].rstrip() + "…"


def _without_marks(markdown: str) -> str:
    """Takes out the marks that people use most. What looks unusual stays as it was written."""
    text = _LINK.sub(r"\1", _LINE_MARKS.sub("", markdown))
    text = _CODE.sub("", _EMPHASIS.sub(r"\2", text))
    return _TABLE_EDGE.sub("", text).replace(" | ", " · ")
