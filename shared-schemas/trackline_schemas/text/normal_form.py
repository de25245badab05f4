"""The normal forms of Unicode (UAX #15). An ü is one character in C, and a u with a mark in D.

Normalisation sorts the marks of one letter, which takes quadratic time: 40,000 marks take 3.5 s. So more than 30 in a
row are parted by U+034F, as the Stream-Safe Text Format (UAX #15, 13) has it. No language writes as many. The marks
that a character holds itself count, so that no form of the text has more, and a second time changes nothing.
"""

import re
import unicodedata
from typing import Any, Literal

_MOST_MARKS = 30
# A character holds up to three marks, and so ten of them may be too many. Marks are neither letters nor digits, except
# the two voiced sound marks of half width.
_LONG_RUN = re.compile(r"(?s:.)?(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){10,}")
_JOINER = "\u034f"


def normalise(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Takes linear time."""
    return text if text.isascii() else unicodedata.normalize(form, _LONG_RUN.sub(_part, text))


def compose(text: str) -> str:
    """Returns the text in the normal form C, in which Trackline keeps every text but passwords."""
    return normalise("NFC", text)


def decompose(text: str) -> str:
    """Returns the text in the normal form D, in which an earlier release may have kept it."""
    return normalise("NFD", text)


def without_marks(text: str) -> str:
    """Returns the text without accents and other marks, and with plain letters for those that only look otherwise (the
    normal form KD): é → e, ﬁ → fi. A letter such as ß or ø has no mark and stays."""
    decomposed = normalise("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def decompose_all(value: Any) -> Any:
    """Does the same for all texts of a JSON value, except the names of members."""
    if isinstance(value, str):
        return decompose(value)
    if isinstance(value, list):
        return [decompose_all(one) for one in value]
    return {name: decompose_all(one) for name, one in value.items()} if isinstance(value, dict) else value


def _part(run: re.Match[str]) -> str:
    parted, marks = [], 0
    for char in run[0]:
        held = [unicodedata.combining(one) > 0 for one in unicodedata.normalize("NFKD", char)]
        begins_with = held.index(False) if False in held else len(held)
        if marks + begins_with > _MOST_MARKS:
            parted.append(_JOINER)
            marks = 0
        marks = marks + len(held) if all(held) else held[::-1].index(False)
        parted.append(char)
    return "".join(parted)
