"""Words as people type them, and the text that a search document keeps."""

import re
from itertools import pairwise

from trackline_schemas.text.invisible import clean_line
from trackline_schemas.text.normal_form import without_marks

# Elasticsearch puts these characters around matches. Kept texts never contain them, so that nobody can fake a match.
HIT_START, HIT_END = "\ue000", "\ue001"

# A product has a name of a few words. Longer texts are sentences.
MOST_JOINED = 4
# No word that people type is longer. What Elasticsearch needs to find other spellings of a word grows with its letters.
LONGEST_WORD = 40
_WORD = re.compile(r"\w+")
# German writes no umlaut as ue behind these letters: neue, Quelle.
_SPELLED_OUT = re.compile("ae|oe|(?<![aeiouq])ue")
_SPELLINGS = {"ae": "ä", "oe": "ö", "ue": "ü", "a": "[aä]", "o": "[oö]", "u": "[uü]", "ss": "(ss|ß)"}
_SPELLED = re.compile(f"{_SPELLED_OUT.pattern}|ss|[aou]")
_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
# Letters of other scripts than the Latin one.
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u036f\u1e00-\u1eff]")
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_MARKERS = str.maketrans("", "", HIT_START + HIT_END)


def shorten(text: str, at_most: int) -> str:
    """Returns the text as documents keep it: cut to `at_most` bytes of UTF-8, in the form of queries, and without the
    marker characters."""
    return clean_line(text).translate(_MARKERS).encode()[:at_most].decode(errors="ignore")


def fold(text: str) -> str:
    """Removes case and accents: Drücker → drucker, Straße → strasse."""
    return text.lower() if text.isascii() else without_marks(text.casefold())


def umlaut_pattern(word: str) -> str | None:
    """Returns a pattern of the folded word with real umlauts for each ae, oe and ue, if it has any: tuer finds Tür, but
    poe does not find power."""
    if len(word) > LONGEST_WORD or not _SPELLED_OUT.search(word):
        return None
    return _SPELLED.sub(lambda found: _SPELLINGS[found[0]], word)


def without_umlauts(word: str) -> str:
    """Returns the word as a fold leaves it if its ae, oe and ue are umlauts: tuer → tur."""
    return _SPELLED_OUT.sub(lambda found: found[0][0], word)


def spelled_out(text: str) -> str:
    """Returns the text with ae, oe and ue for umlauts: Tür → Tuer."""
    return text.translate(_OUT)


def in_other_script(text: str) -> bool:
    """Whether the text has letters whose marks and forms Elasticsearch does not fold."""
    return not text.isascii() and bool(_OTHER_SCRIPT.search(text))


def split_words(text: str) -> list[str]:
    """Splits a text into its words and leaves them as they are."""
    return _WORD.findall(text)


def apart(text: str) -> str:
    """Returns the text with its words written apart at digits and capital letters: Windows11 → Windows 11."""
    return _JOINT.sub(" ", text)


def joined(text: str) -> list[str]:
    """Returns the text with each two neighbouring words written as one, and with all of three. A text of more than
    MOST_JOINED words has no such forms."""
    own = text.lower().split()
    if not 2 <= len(own) <= MOST_JOINED:
        return []
    pairs = [" ".join([*own[:at], own[at] + own[at + 1], *own[at + 2 :]]) for at in range(len(own) - 1)]
    return [*pairs, "".join(own)] if len(own) == 3 else pairs


def pairs(text: str) -> list[str]:
    """Returns each two neighbouring words, written as one."""
    return [first + second for first, second in pairwise(words(text))]


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
