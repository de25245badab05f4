"""The spellings of one reference, which people copy from another system, from a mail or from a link."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from knowledge.domain.label import LABEL
from trackline_schemas.text.normal_form import normalise

MAX_REFERENCE = 100
_MOST_SPELLINGS = 30
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# Nº has the letter o in the form NFKC, and № two letters.
_SIGNS = str.maketrans("№º", "#°")
_SEPARATORS = ("", "-", " ", "_", "/", "#", ".")
_PIECES = re.compile(r"[^\W\d_]+|[0-9]+")
# 20240815 is 2024 and 0815, as in SD-2024-0815.
_YEARS = re.compile(r"[^\W\d_]+|(?<![0-9])(?:19|20)[0-9]{2}(?=[0-9]{3})|[0-9]+")
_JOINTS = re.compile(r"(?<=[^\W\d_])[\W_]*(?=[0-9])|(?<=[0-9])[\W_]*(?=[^\W\d_])")
# What people write around a reference: a label, a sign, brackets or quotes, and the end of a sentence.
_DRESS = re.compile(
    rf"""(?P<ended>.*[^.,:;!?…])[.,:;!?…]++
    |{LABEL}[\s.:=°_/\\-]*+(?P<labelled>.+)
    |\#\s?(?P<signed>.+)
    |[\[({{<"'„“«‚‘»](?P<inside>.+)[\])}}>"'“”«»‘’]""",
    re.IGNORECASE | re.VERBOSE,
)
# RITM 0012345 is a reference in pieces. Longer words and more pieces make a sentence.
_LONGEST_NAME, _MOST_NAMES, _MOST_PIECES = 8, 2, 4
_HOST = re.compile(r"^(?:\w++://[^/]*+|\w[\w-]*+(?:\.[\w-]++)++)/")


def plain(text: str) -> str:
    """Returns the text with one kind of dash and digit, and without characters that show nothing."""
    folded = normalise("NFKC", unquote(text).translate(_SIGNS)).translate(_DASHES)
    shown = (char for char in folded if unicodedata.category(char) != "Cf")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown)


def without_edges(text: str) -> str:
    return _EDGES.sub("", text)


def undress(text: str) -> Iterator[str]:
    """Yields what is left when one piece of dress after the other is taken off, because each may belong to a reference:
    [Ticket#CAS-1] is Ticket#CAS-1, #CAS-1 or CAS-1. Digits behind a label may count something."""
    labelled = False
    while found := _DRESS.fullmatch(text.strip()):
        labelled = labelled or found["labelled"] is not None
        text = next(filter(None, found.groups()))
        if not (labelled and text.isdigit()):
            yield text


def possible(words: Iterable[str]) -> tuple[str, ...]:
    """Returns those that may be a reference."""
    able = (word for word in dict.fromkeys(words) if re.search(r"\d", word) and len(word) <= MAX_REFERENCE)
    return tuple(able)[:_MOST_SPELLINGS]


def others(word: str) -> Iterator[str]:
    """Yields other spellings of a reference, and what may be one in a link."""
    own = without_edges(plain(word))
    for pieces in (_PIECES.findall(own), _YEARS.findall(own)):
        if _is_short(pieces):
            # 10.0.0.1 is not 10001.
            yield from (mark.join(pieces) for mark in _SEPARATORS if mark or not own[0].isdigit())
            yield from (_JOINTS.sub(mark, own) for mark in _SEPARATORS)
    yield from _in_link(without_edges(word))


def _is_short(pieces: list[str]) -> bool:
    names = [piece for piece in pieces if piece.isalpha()]
    few = 2 <= len(pieces) <= _MOST_PIECES and len(names) <= _MOST_NAMES
    return few and (not names or (pieces[0] in names and len(pieces[0]) <= _LONGEST_NAME))


def _in_link(link: str) -> Iterator[str]:
    """A mark of the reference itself is written %23 there, and so may be the marks of a link within the link."""
    for text in (link, plain(link)):
        if host := _HOST.match(text):
            pieces = (plain(piece) for piece in re.split("[/?=&#]", text[host.end() :]))
            yield from (piece for piece in pieces if len(piece) >= 3)
