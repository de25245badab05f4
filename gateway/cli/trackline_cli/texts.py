"""Compares texts as Trackline does. The rules of the API (docs/api.md) are repeated here, because this package imports
nothing of Trackline."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


_BREAKS = re.compile("\r\n|[\t-\r\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def line(text: str) -> str:
    """Returns the text of one line as Trackline keeps it, apart from characters that show nothing. The name of a file
    may hold bytes that are no characters."""
    return printable(unicodedata.normalize("NFC", _BREAKS.sub(" ", text))).strip()


def printable(text: str) -> str:
    """Returns the text without what a terminal obeys or cannot show. Line breaks stay."""
    return _CONTROLS.sub("", text).encode(errors="replace").decode()


def visible(text: str) -> str:
    """Returns what a reader sees of the text: Trackline keeps a text composed, and without characters that mean
    nothing."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def name_key(name: str) -> str:
    """Returns the same key for names that Trackline takes for the same."""
    return visible(unicodedata.normalize("NFKC", visible(name)).casefold())
