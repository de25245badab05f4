"""Titles of columns."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# A bracket that is never closed ends with the title, so the time stays proportional to the text.
_BRACKETS = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
# A longer title is no common one. The time for taking letters and accents apart grows with the square of the length.
_LONGEST = 200
# So does that for composing them; a question of a survey is a long title.
_LONGEST_TO_COMPOSE = 1000


def key(title: str) -> str:
    """Returns what two spellings of a title have in common: “E-Mail Adresse*”, “e_mail_adresse” and “E-MAIL-ADRESSE
    (dienstlich)” have the same key."""
    short = title[:_LONGEST]
    return _letters(_BRACKETS.sub("", short)) or _letters(short)


def unique(cells: Iterable[str]) -> list[str]:
    """Returns one title for each cell: adds its position to a title that is empty or repeated."""
    found: dict[str, None] = {}
    for place, cell in enumerate(cells, start=1):
        title = shown = clean(cell)
        while not title or title in found:
            shown = title = f"{shown} {place}".strip()
        found[title] = None
    return list(found)


def repeated(cells: Iterable[str]) -> list[str]:
    """Returns the titles that several cells have."""
    return [title for title, count in Counter(map(clean, cells)).items() if title and count > 1]


def clean(title: str) -> str:
    """Returns the title as a table has it: composed (an ü is one character), so that it is found however somebody has
    written it, and with single blanks."""
    text = unicodedata.normalize("NFC", title) if len(title) <= _LONGEST_TO_COMPOSE else title
    return " ".join(text.replace("\ufeff", "").split())


def _letters(title: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", title.casefold())))
