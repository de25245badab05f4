"""Words as people type them, and the text that a search document keeps."""

import re
import unicodedata

from trackline_schemas.text.invisible import clean_line

# Elasticsearch puts these characters around matches. Kept texts never contain them, so that nobody can fake a match.
HIT_START, HIT_END = "\ue000", "\ue001"

_WORD = re.compile(r"\w+")
_MARKERS = str.maketrans("", "", HIT_START + HIT_END)
_NUMBER = re.compile(r"[A-Z]{2,4}-\d{1,12}")


def shorten(text: str, at_most: int) -> str:
    """Returns the text as documents keep it: cut to `at_most` bytes of UTF-8, in the form of queries, and without the
    marker characters."""
    return clean_line(text).translate(_MARKERS).encode()[:at_most].decode(errors="ignore")


def fold(text: str) -> str:
    """Removes case and accents: Drücker → drucker, Straße → strasse."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def split_words(text: str) -> list[str]:
    """Splits a text into its words and leaves them as they are."""
    return _WORD.findall(text)


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def numbers_in(q: str) -> list[str]:
    """Finds complete ticket and article numbers: ["INC-1042"]."""
    return [word for word in q.upper().split() if _NUMBER.fullmatch(word)]


def digits_in(q: str) -> str | None:
    """Returns the digits if the query consists of nothing else, as in 1042 or #1042."""
    bare = q.strip().lstrip("#")
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 12 else None
