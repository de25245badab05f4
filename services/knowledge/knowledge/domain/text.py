"""Words as people type them, and the text that a search document keeps."""

import re

from trackline_schemas.text.invisible import clean_line
from trackline_schemas.text.normal_form import without_marks

# Elasticsearch puts these characters around matches. Kept texts never contain them, so that nobody can fake a match.
HIT_START, HIT_END = "\ue000", "\ue001"

# A product has a name of a few words. Longer texts are sentences.
MOST_JOINED = 4
_WORD = re.compile(r"\w+")
_SPELLED_OUT = re.compile("([aou])e")
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_MARKERS = str.maketrans("", "", HIT_START + HIT_END)


def shorten(text: str, at_most: int) -> str:
    """Returns the text as documents keep it: cut to `at_most` bytes of UTF-8, in the form of queries, and without the
    marker characters."""
    return clean_line(text).translate(_MARKERS).encode()[:at_most].decode(errors="ignore")


def fold(text: str) -> str:
    """Removes case and accents: Drücker → drucker, Straße → strasse."""
    return text.lower() if text.isascii() else without_marks(text.casefold())


def spellings(text: str) -> list[str]:
    """Returns a folded text, and what it is if ae, oe and ue are umlauts in its last word or in all: neue tuer, neue
    tur, neu tur."""
    before, blank, last = text.rstrip().rpartition(" ")
    return list(dict.fromkeys([text, before + blank + _with_umlauts(last), _with_umlauts(text)]))


def _with_umlauts(text: str) -> str:
    return _SPELLED_OUT.sub(r"\1", text)


def split_words(text: str) -> list[str]:
    """Splits a text into its words and leaves them as they are."""
    return _WORD.findall(text)


def apart(text: str) -> str:
    """Returns the text with its words written apart at digits and capital letters: Windows11 → Windows 11."""
    return _JOINT.sub(" ", text)


def joined(text: str) -> list[str]:
    """Returns the text with each two neighbouring words written as one, and with all of three. A text of more than
    MOST_JOINED words has no such forms."""
    own = fold(text).split()
    if not 2 <= len(own) <= MOST_JOINED:
        return []
    pairs = [" ".join([*own[:at], own[at] + own[at + 1], *own[at + 2 :]]) for at in range(len(own) - 1)]
    return [*pairs, "".join(own)] if len(own) == 3 else pairs


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
