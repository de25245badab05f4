"""The numbers and references by which people name a ticket or an article, in the forms in which they paste them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from trackline_schemas.ticket.kinds import PREFIXES

_KNOWN = "|".join(sorted({*PREFIXES.values(), "KB"}))
# INC-1042 with any prefix. INC 1042, INC1042, INC: 1042 and INC #1042 only with a prefix that numbers have here.
_NUMBER = re.compile(
    rf"(?<![^\W_])(?:([A-Z]{{2,4}})-|({_KNOWN})[\s:#_-]{{0,3}})([0-9]{{1,12}})(?![^\W_])", re.IGNORECASE
)
_DIGITS = re.compile(r"[0-9]{1,12}")
_LINK = re.compile(r"(?<!\S)[^\s/]*+/\S*")
# What stands around a number in a sentence, a list or the subject of a mail.
_AROUND = re.compile(
    r"\b(?:tickets?|incident|request|case|article|artikel|vorgang|anfrage|störung|number|nummer|nr|no|re|aw|fwd?|wg)\b"
    r"|[\W_]",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[^\W\d_])")
MAX_REFERENCE = 100
MOST_REFERENCES = 10


@dataclass(frozen=True)
class Named:
    """What a query names: complete numbers (INC-1042), the digits of one (1042), and words that may be the reference of
    an imported ticket in its former system. It is `alone` if the query says nothing else."""

    numbers: tuple[str, ...]
    digits: str | None
    references: tuple[str, ...]
    alone: bool

    def __bool__(self) -> bool:
        return any(self.terms.values())

    @property
    def terms(self) -> Mapping[str, list[str]]:
        """The fields of a document → the values of which one must be there."""
        digits = [self.digits] if self.digits else []
        return {"number": list(self.numbers), "digits": digits, "external_ref": list(self.references)}


def named_in(q: str) -> Named:
    text = _plain(q)
    numbers = [f"{(found[1] or found[2]).upper()}-{found[3]}" for found in _NUMBER.finditer(text)]
    words = _words(text)
    digits = words[0] if len(words) == 1 and _DIGITS.fullmatch(words[0]) else None
    # Digits without a mark may also mean a room or an error. Then other hits belong below.
    marked = digits is not None and text.strip() != digits
    mixed = [one for one in (_EDGES.sub("", word) for word in text.split()) if _MIXED.match(one)]
    rest = "".join(_words(_NUMBER.sub(" ", _LINK.sub(" ", text) if numbers else text)))
    alone = marked or rest in ("", *("".join(_words(one)) for one in mixed))
    return Named(_unique(numbers), digits, _references([digits or _EDGES.sub("", text), *mixed]), alone)


def _plain(q: str) -> str:
    """Returns the text with one kind of dash and digit, and without characters that show nothing."""
    folded = unicodedata.normalize("NFKC", unquote(q)).translate(_DASHES)
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def _words(text: str) -> list[str]:
    return _AROUND.sub(" ", text).split()


def _references(words: list[str]) -> tuple[str, ...]:
    """Other systems write their references in one case, and people type them in the other."""
    able = [word for word in words if re.search("[0-9]", word) and len(word) <= MAX_REFERENCE][:MOST_REFERENCES]
    return _unique([form for word in able for form in (word, word.upper(), word.lower())])


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
