"""What a query names by number or by reference, in the forms in which people paste them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from knowledge.domain.label import LABEL, MARK
from trackline_schemas.text.normal_form import normalise
from trackline_schemas.ticket.kinds import PREFIXES

_KNOWN = "|".join(sorted({*PREFIXES.values(), "KB"}))
# INC-1042 with any prefix. INC 1042, INC1042, Inc. 1042 and INC #1042 only with a prefix that numbers have here.
_NUMBER = re.compile(
    rf"(?<![^\W_])(?:([A-Z]{{2,4}})-|({_KNOWN})[\s.:#_/\\-]{{0,3}})([0-9]{{1,12}})(?![^\W_])", re.IGNORECASE
)
_COMPLETE = re.compile("[A-Z]{2,4}-[0-9]{1,12}")
_DIGITS = re.compile(r"[0-9]{1,12}")
# Short numbers behind a word for tickets may count tickets, and longer ones may be dates.
_MARKED = re.compile(
    rf"(?:(?<![\w#&])#|{MARK}[\s:.=#]{{1,4}}(?=[0-9]{{3}}))([0-9]{{1,12}})(?![^\W_]|[-./:][0-9])", re.IGNORECASE
)
_LABEL = re.compile(LABEL, re.IGNORECASE)
_LINK = re.compile(r"(?<!\S)[^\s/]*+/\S*")
_HOST = re.compile(r"^\W*+(?:\w++://[^/]*+|\w[\w-]*+(?:\.[\w-]++)++)/")
_BETWEEN = re.compile(r"[\s,;]+")
_LISTED = re.compile(r"[,;\n]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[^\W\d_])")
# 2024-001, but no date, which people also look for in texts.
_FILED = re.compile(r"(?![0-9]{1,4}([-/])[0-9]{1,2}(?:\1[0-9]{1,4})?$)[0-9]+[-/_][-/_0-9]*")
# A date, a time, an address or an amount.
_MEASURED = re.compile(r"[0-9]+(?:[-/.,:\s]+[0-9]+)+")
_PIECES = re.compile(r"[^\W\d_]+|[0-9]+")
MAX_REFERENCE = 100
MOST_REFERENCES = 10
_SEPARATORS = ("", "-", " ", "_", "/", "#", ".")
# RITM 0012345 is a reference in pieces. Longer words and more pieces make a sentence.
_LONGEST_NAME, _MOST_NAMES, _MOST_PIECES = 8, 2, 4

Row = TypeVar("Row")


@dataclass(frozen=True)
class Reading:
    """The values of which a document must have one. References count in any case."""

    numbers: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    def __or__(self, other: "Reading") -> "Reading":
        return Reading(
            _unique([*self.numbers, *other.numbers]),
            _unique([*self.digits, *other.digits]),
            _unique([*self.references, *other.references]),
        )

    def __bool__(self) -> bool:
        return bool(self.numbers or self.digits or self.references)

    def refers_to(self, document: Mapping[str, Any]) -> bool:
        reference = str(document.get("external_ref") or "")
        return reference.casefold() in {one.casefold() for one in self.references}

    def finds(self, document: Mapping[str, Any]) -> bool:
        number = document.get("number") or ""
        return number in self.numbers or number.rpartition("-")[2] in self.digits or self.refers_to(document)


# How one thing may be read: as it was typed, with other marks between its parts, and without zeros in front.
Thing = tuple[Reading, Reading, Reading]
_NOTHING: Thing = (Reading(), Reading(), Reading())


@dataclass(frozen=True)
class Named:
    """Of each thing that a query names, only the closest reading that finds something counts. The query is `alone` if
    it says nothing else. If it is `whole`, the first thing is the complete query: if that is a reference, it says
    nothing else either."""

    things: tuple[Thing, ...] = ()
    alone: bool = False
    whole: bool = False

    def __bool__(self) -> bool:
        return any(any(thing) for thing in self.things)

    @property
    def levels(self) -> Thing:
        """The readings of all things, the closest first."""
        first, second, third = _NOTHING
        for one, two, three in self.things:
            first, second, third = first | one, second | two, third | three
        return first, second, third

    @property
    def numbers(self) -> tuple[str, ...]:
        return _unique(one for level in self.levels for one in level.numbers)

    @property
    def digits(self) -> tuple[str, ...]:
        return _unique(one for level in self.levels for one in level.digits)

    @property
    def references(self) -> tuple[str, ...]:
        return _unique(one for level in self.levels for one in level.references)

    def closest(self, rows: Sequence[Row], document: Callable[[Row], Mapping[str, Any]]) -> tuple[list[Row], bool]:
        """Returns those of the rows that are meant, in the order of the query, and whether it means nothing else."""
        found = [_closest(thing, rows, document) for thing in self.things]
        if self.whole and found[0]:
            referred = any(reading.refers_to(document(row)) for row in found[0] for reading in self.things[0])
            return found[0], self.alone or referred
        meant = [row for each in found for row in each]
        return [row for at, row in enumerate(meant) if row not in meant[:at]], self.alone


def _closest(thing: Thing, rows: Sequence[Row], document: Callable[[Row], Mapping[str, Any]]) -> list[Row]:
    ways = ([row for row in rows if reading.finds(document(row))] for reading in thing)
    return next((found for found in ways if found), [])


def named_in(q: str) -> Named:
    text = _plain(q)
    if not re.search("[0-9]", text):
        return Named()
    numbers = [_number(found) for found in _NUMBER.finditer(text)]
    rest = _NUMBER.sub(" ", _LINK.sub(" ", text)) if numbers else text
    digits = _MARKED.findall(rest)
    left = _parts_of(_LABEL.sub(" ", _MARKED.sub(" ", rest)))
    bare = [] if numbers else _bare(left, listed=bool(digits or _LABEL.search(text)))
    things = [*numbers, *map(_digits, (*digits, *bare))]
    own = _EDGES.sub("", text)
    alone = _says_no_more(left, bare, text, things) or bool(_FILED.fullmatch(own))
    one = alone and len(set(things)) <= 1 and not _LISTED.search(own)
    words = [_reference(word) for word in _pasted(q)]
    whole = _merge([_reference(q.strip()), *(things + words if one or bare == [own] else [])])
    measured = _MEASURED.fullmatch(own) and not _FILED.fullmatch(own)
    others = [] if one else sorted(dict.fromkeys(things + words), key=lambda thing: _place(thing, text))
    return Named((whole, *others), alone, whole=not measured)


def _place(thing: Thing, text: str) -> int:
    """People expect what they name in the order in which they name it."""
    places = (text.find(_plain(reference)) for reference in thing[0].references)
    return min((place for place in places if place >= 0), default=len(text))


def _says_no_more(left: Sequence[str], bare: Sequence[str], text: str, things: Sequence[Thing]) -> bool:
    """Digits without a mark may also mean a room or an error. Then other hits belong below."""
    if bare:
        return text.strip() != bare[0]
    mixed = all(_MIXED.match(word) for word in left)
    return mixed and (not left or bool(_LISTED.search(text)) or (len(left) == 1 and not things))


def _bare(left: Sequence[str], *, listed: bool) -> Sequence[str]:
    """Returns the numbers of a query that has nothing else: one, or several behind a mark."""
    numbers = all(_DIGITS.fullmatch(word) for word in left)
    return left if numbers and (len(left) == 1 or listed) else []


def _number(found: re.Match[str]) -> Thing:
    """Other systems write zeros in front of a number."""
    prefix, digits, typed = (found[1] or found[2]).upper(), found[3], _reference(found[0])
    complete = Reading(numbers=(f"{prefix}-{digits}",))
    short = Reading(numbers=(f"{prefix}-{_without_zeros(digits)}",))
    exact = bool(_COMPLETE.fullmatch(found[0].upper()))
    return typed[0] | (complete if exact else Reading()), typed[1] | complete, typed[2] | short


def _digits(digits: str) -> Thing:
    typed = Reading(digits=(digits,), references=(digits,))
    return typed, Reading(), Reading(digits=(_without_zeros(digits),))


def _reference(word: str) -> Thing:
    """A reference may begin or end with a mark, and then people paste it as it is."""
    plain = _plain(word)
    own = _EDGES.sub("", plain)
    return Reading(references=_able([word, plain, own])), Reading(references=_able(_others(own))), Reading()


def _others(word: str) -> Iterator[str]:
    """Yields other spellings of a reference, and what may be one in a link."""
    pieces = _PIECES.findall(word)
    names = [piece for piece in pieces if piece.isalpha()]
    short = 2 <= len(pieces) <= _MOST_PIECES and len(names) <= _MOST_NAMES
    if short and pieces[0] in names and len(pieces[0]) <= _LONGEST_NAME:
        yield from (mark.join(pieces) for mark in _SEPARATORS)
    if host := _HOST.match(word):
        yield from (piece for piece in re.split("[/?=&#]", word[host.end() :]) if len(piece) >= 3)


def _pasted(q: str) -> list[str]:
    words = (word for word in _BETWEEN.split(q) if not _plain(word).isdigit() and re.search(r"\d", word))
    return list(words)[:MOST_REFERENCES]


def _without_zeros(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _plain(q: str) -> str:
    """Returns the text with one kind of dash and digit, and without characters that show nothing."""
    # NFKC would make two letters of the sign.
    folded = normalise("NFKC", unquote(q).replace("№", "#")).translate(_DASHES)
    shown = (char for char in folded if unicodedata.category(char) != "Cf")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown)


def _parts_of(text: str) -> list[str]:
    return [part for word in _BETWEEN.split(text) if (part := _EDGES.sub("", word))]


def _able(words: Iterable[str]) -> tuple[str, ...]:
    able = (word for word in _unique(words) if re.search(r"\d", word) and len(word) <= MAX_REFERENCE)
    return tuple(able)[:MOST_REFERENCES]


def _merge(things: Iterable[Thing]) -> Thing:
    return Named(tuple(things)).levels


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
