"""Words as people type them, and the text that a search document keeps."""

import re

from trackline_schemas.text.invisible import clean_line
from trackline_schemas.text.normal_form import without_marks

# Elasticsearch puts these characters around matches. Kept texts never contain them, so that nobody can fake a match.
HIT_START, HIT_END = "\ue000", "\ue001"

_WORD = re.compile(r"\w+")
_MARKERS = str.maketrans("", "", HIT_START + HIT_END)


def shorten(text: str, at_most: int) -> str:
    """Returns the text as documents keep it: cut to `at_most` bytes of UTF-8, in the form of queries, and without the
    marker characters."""
    return clean_line(text).translate(_MARKERS).encode()[:at_most].decode(errors="ignore")


def fold(text: str) -> str:
    """Removes case and accents: Drücker → drucker, Straße → strasse."""
    return text.lower() if text.isascii() else without_marks(text.casefold())


def split_words(text: str) -> list[str]:
    """Splits a text into its words and leaves them as they are."""
    return _WORD.findall(text)


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
