"""The normal forms of Unicode (UAX #15). An ü is one character in C, and a u with a mark in D."""

import unicodedata
from typing import Any


def compose(text: str) -> str:
    """Returns the text in the normal form C, in which Trackline keeps every text but passwords."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def decompose(text: str) -> str:
    """Returns the text in the normal form D, in which an earlier release may have kept it."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


def without_marks(text: str) -> str:
    """Returns the text without accents and other marks, and with plain letters for those that only look otherwise (the
    normal form KD): é → e, ﬁ → fi. A letter such as ß or ø has no mark and stays."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def decompose_all(value: Any) -> Any:
    """Does the same for all texts of a JSON value, except the names of members."""
    if isinstance(value, str):
        return decompose(value)
    if isinstance(value, list):
        return [decompose_all(one) for one in value]
    return {name: decompose_all(one) for name, one in value.items()} if isinstance(value, dict) else value
