"""How people write names of other alphabets, and letters that only some languages have, in plain Latin letters.

Sources: the names of characters in Unicode; BGN/PCGN, ISO 9 and passports for Cyrillic; ELOT 743 for Greek. People mix
these, and so a text has several spellings.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from trackline_schemas.text.normal_form import compose, without_marks

_LATIN_LETTER = re.compile(r"LATIN SMALL (?:LETTER|LIGATURE) (?:DOTLESS )?([A-Z]{1,2})(?: WITH .*)?")
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђѓјљњћќџѕ"
_AS_IN_ENGLISH = (
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya e i yi ye g w dj g j lj nj c k dz dz"
)
_GREEK, _AS_IN_GREECE = "αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
_BASE: Mapping[str, str] = {
    **dict(zip(_CYRILLIC, _AS_IN_ENGLISH.split(" "), strict=True)),
    **dict(zip(_GREEK, _AS_IN_GREECE.split(" "), strict=True)),
    "ου": "ou",
    "αυ": "av",
    "ευ": "ev",
    "γγ": "ng",
    "ß": "ss",
    "þ": "th",
    "ð": "d",
    "ŋ": "ng",
    "ə": "a",
}
# What each further spelling writes otherwise.
_OTHERWISE: tuple[Mapping[str, str], ...] = (
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj", "ð": "dh", "ŋ": "n"}
    | {"ю": "ju", "я": "ja", "ё": "jo", "й": "j", "х": "h", "ц": "c", "ж": "z", "ч": "c", "ш": "s", "щ": "sc", "ђ": "d"}
    | {"υ": "u", "χ": "h", "φ": "ph", "β": "b", "η": "e"},
    # in passports
    {"ю": "iu", "я": "ia", "й": "i", "ъ": "ie", "є": "ie", "ї": "i", "γι": "y", "μπ": "b", "ντ": "d", "χ": "kh"},
    # German
    {"ю": "ju", "я": "ja", "ия": "ia", "ё": "jo", "й": "j", "ц": "z", "ж": "sch", "щ": "schtsch", "х": "ch"}
    | {"ш": "sch", "ч": "tsch", "в": "w"},
    # short forms
    {"ия": "ia", "ий": "y", "ый": "y", "ё": "yo", "х": "h", "ц": "c", "щ": "sch", "ж": "j", "χ": "x"},
    # Ukrainian
    {"г": "h", "и": "y", "ий": "yi", "й": "i", "є": "ye", "ї": "i", "ю": "iu", "я": "ia"},
)


def romanise(text: str) -> str:
    """Returns the text in small letters in the commonest spelling. Characters of other scripts stay."""
    return _write(_prepare(text), _BASE)


def spellings(text: str) -> set[str]:
    """Returns the text in small letters in each spelling. Characters of other scripts stay."""
    prepared = _prepare(text)
    if prepared.isascii():
        return {prepared}
    return {_write(prepared, {**_BASE, **otherwise}) for otherwise in ({}, *_OTHERWISE)}


def _prepare(text: str) -> str:
    """An accent makes no other letter of a Greek one, as it does of a Cyrillic one."""
    composed = compose(text.casefold())
    return "".join(without_marks(char) if unicodedata.name(char, "").startswith("GREEK") else char for char in composed)


def _write(text: str, table: Mapping[str, str]) -> str:
    written = _pattern(tuple(table)).sub(lambda found: table[found[0]], text)
    return written if written.isascii() else "".join(map(_latin, written))


@cache
def _pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(letters, key=len, reverse=True)))


def _latin(char: str) -> str:
    found = None if char.isascii() else _LATIN_LETTER.fullmatch(unicodedata.name(char, ""))
    return found[1].lower() if found else char
