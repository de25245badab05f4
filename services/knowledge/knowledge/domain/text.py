"""Words as people type them, and the text that is kept for searching."""

import re
import unicodedata

# Elasticsearch puts these around what matched. Kept texts never contain them, so nobody can fake a hit.
HIT_START, HIT_END = "\ue000", "\ue001"

_WORD = re.compile(r"\w+")
_MARKERS = str.maketrans("", "", HIT_START + HIT_END)
_NUMBER = re.compile(r"[A-Z]{2,4}-\d{1,12}")


def kept(text: str, at_most: int) -> str:
    """The beginning of a text, without marker characters, in at most so many bytes of UTF-8."""
    return text.translate(_MARKERS).encode()[:at_most].decode(errors="ignore")


def folded(text: str) -> str:
    """Without case and accents: Drücker → drucker, Straße → strasse."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def typed(text: str) -> list[str]:
    """The words as they stand."""
    return _WORD.findall(text)


def words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def numbers_in(q: str) -> list[str]:
    """Ticket and article numbers that were typed: ["INC-1042"]."""
    return [word for word in q.upper().split() if _NUMBER.fullmatch(word)]


def digits_in(q: str) -> str | None:
    """The digits, where that is all that was typed."""
    bare = q.strip().lstrip("#")
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 12 else None
