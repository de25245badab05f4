"""The numbers and references by which people name a ticket or an article, in the forms in which they paste them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from trackline_schemas.text.normal_form import normalise
from trackline_schemas.ticket.kinds import PREFIXES

_KNOWN = "|".join(sorted({*PREFIXES.values(), "KB"}))
# INC-1042 with any prefix. INC 1042, INC1042, Inc. 1042 and INC #1042 only with a prefix that numbers have here.
_NUMBER = re.compile(
    rf"(?<![^\W_])(?:([A-Z]{{2,4}})-|({_KNOWN})[\s.:#_-]{{0,3}})([0-9]{{1,12}})(?![^\W_])", re.IGNORECASE
)
_DIGITS = re.compile(r"[0-9]{1,12}")
# A word that people only use for tickets is a mark too. Short numbers behind it may count tickets.
_MARKED = re.compile(
    r"(?:(?<![\w#&])#|\b(?:ticket|incident|case|vorgang|störung)[\s:]{1,3}#?(?=[0-9]{3}))([0-9]{1,12})(?![^\W_])",
    re.IGNORECASE,
)
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
# 2024-001, but no date, which people also look for in texts.
_FILED = re.compile(r"(?![0-9]{1,4}([-/])[0-9]{1,2}(?:\1[0-9]{1,4})?$)[0-9]+[-/_][-/_0-9]*")
MAX_REFERENCE = 100
MOST_REFERENCES = 10


@dataclass(frozen=True)
class Named:
    """What a query names: complete numbers (INC-1042), the digits of some (1042, or #1042 among words), and words that
    may be the reference of an imported ticket in its former system. It is `alone` if the query says nothing else."""

    numbers: tuple[str, ...]
    digits: tuple[str, ...]
    references: tuple[str, ...]
    alone: bool

    def __bool__(self) -> bool:
        return bool(self.numbers or self.digits or self.references)

    @property
    def terms(self) -> Mapping[str, tuple[str, ...]]:
        """The fields of a document → the values of which one must be there. The references count in any case."""
        return {"number": self.numbers, "digits": self.digits}


def named_in(q: str) -> Named:
    text = _plain(q)
    numbers = [form for found in _NUMBER.finditer(text) for form in _forms((found[1] or found[2]).upper(), found[3])]
    words, others = _words(text), _NUMBER.sub(" ", text)
    bare = words if len(words) == 1 and _DIGITS.fullmatch(words[0]) else []
    digits = _unique(form for one in (*bare, *_MARKED.findall(others)) for form in (one, _without_zeros(one)))
    # Digits without a mark may also mean a room or an error. Then other hits belong below.
    marked = bool(bare) and text.strip() != bare[0]
    mixed = [one for one in (_EDGES.sub("", word) for word in text.split()) if _MIXED.match(one)]
    rest = "".join(_words(_MARKED.sub(" ", _NUMBER.sub(" ", _LINK.sub(" ", text)) if numbers else text)))
    own = _EDGES.sub("", text)
    alone = marked or bool(_FILED.fullmatch(own)) or rest in ("", *("".join(_words(one)) for one in mixed))
    # A reference may also begin or end with a mark, and then people paste it as it is.
    pasted = [q.strip(), *(word for word in q.split() if not word.isdigit())]
    return Named(_unique(numbers), digits, _references([*bare, own, *mixed, *pasted]), alone)


def _forms(prefix: str, digits: str) -> list[str]:
    """Other systems write zeros in front of a number."""
    return [f"{prefix}-{digits}", f"{prefix}-{_without_zeros(digits)}"]


def _without_zeros(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _plain(q: str) -> str:
    """Returns the text with one kind of dash and digit, and without characters that show nothing."""
    # NFKC would make two letters of the sign.
    folded = normalise("NFKC", unquote(q).replace("№", "#")).translate(_DASHES)
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def _words(text: str) -> list[str]:
    return _AROUND.sub(" ", text).split()


def _references(words: list[str]) -> tuple[str, ...]:
    able = [word for word in _unique(words) if re.search("[0-9]", word) and len(word) <= MAX_REFERENCE]
    return tuple(able[:MOST_REFERENCES])


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
