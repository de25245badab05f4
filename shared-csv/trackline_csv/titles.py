"""Titles of columns."""

import re
import unicodedata
from collections.abc import Iterable

_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")


def key(title: str) -> str:
    """Returns what two spellings of a title have in common: “E-Mail Adresse*”, “e_mail_adresse” and “E-MAIL-ADRESSE
    (dienstlich)” have the same key."""
    return _letters(_BRACKETS.sub("", title)) or _letters(title)


def unique(cells: Iterable[str]) -> list[str]:
    """Returns one title for each cell: adds its position to a title that is empty or repeated."""
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        title = clean = " ".join(cell.replace("\ufeff", "").split())
        while not title or title in found:
            clean = title = f"{clean} {place}".strip()
        found.append(title)
    return found


def _letters(title: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", title.casefold())))
