"""What a query names by number or by reference, in the forms in which people paste them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from knowledge.domain.label import CERTAIN, LABEL, MARK
from knowledge.domain.reference import others, plain, possible, undress, without_edges
from trackline_schemas.ticket.kinds import PREFIXES

_KNOWN = "|".join(sorted({*PREFIXES.values(), "KB"}))
# INC-1042 with any prefix. INC 1042, INC1042, Inc. 1042 and INC #1042 only with a prefix that numbers have here.
_NUMBER = re.compile(rf"(?<![^\W_])(?:([A-Z]{{2,4}})-|({_KNOWN})[\s.:#_/\\-]{{0,3}})([0-9]+)(?![^\W_])", re.IGNORECASE)
_COMPLETE = re.compile("[A-Z]{2,4}-[0-9]+")
# "24" is a number in quotation marks, and 24" is not.
_PAIR = re.compile(r"""[\[({<"'„“«‚‘»]([^\[\](){}<>"'„“”«»‚‘’]*)[\])}>"'“”«»‘’]""")
_DIGITS = r"(?:#\s?)?[0-9]+"
_ONLY_DIGITS = re.compile(
    rf"[\s(\[#]*(?P<label>(?:{LABEL}[\s.:=°_/\\(\[-]*+)*+)(?P<digits>{_DIGITS}(?:[\s,;]+{_DIGITS})*)[\s.,:;!?)\]…-]*",
    re.IGNORECASE,
)
_CERTAIN = re.compile(rf"(?:{CERTAIN}|[:.=°(\[])[\s_/\\-]*$", re.IGNORECASE)
# Short numbers behind a word for tickets may count tickets, and longer ones may be dates or amounts.
_MARKED = re.compile(
    rf"(?:(?<![\w#&])#|{MARK}[\s:.=#]{{1,4}}(?=[0-9]{{3}}))([0-9]+)(?![^\W_]|[-./:][0-9]|\s?[%‰°€$£¥])",
    re.IGNORECASE,
)
# Fewer digits among words count something, or are a year.
_LONG = re.compile("[0-9]{5,}")
# Stands for what was read, so that no label is looked for behind it.
_READ = "\0"
_MARKS = rf"(?:[^\w{_READ}]|_)*+"
_LEAD = re.compile(rf"^{_MARKS}(?:{LABEL}{_MARKS})++", re.IGNORECASE)
_LINK = re.compile(r"(?<!\S)[^\s/]*+/\S*")
_BETWEEN = re.compile(r"[\s,;]+")
_LISTED = re.compile(r"[,;\n]")
_EACH = re.compile(r"[,;\n]|\s(?=#)")
_AMOUNT = re.compile(r"[0-9]+,[0-9]{1,2}|[0-9]{1,3}(?:,[0-9]{3})+")
# 2024-001, but no date, which people also look for in texts.
_FILED = re.compile(r"(?![0-9]{1,4}([-/])[0-9]{1,2}(?:\1[0-9]{1,4})?$)[0-9]+[-/_][-/_0-9]*")
_MIXED = re.compile(r"(?=.*[0-9]).*[^\W\d_]")
# A date, a time, an address or an amount.
_MEASURED = re.compile(r"[0-9]+(?:[-/.,:\s]+[0-9]+)+")
MOST_REFERENCES = 10

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
    def complete(self) -> "Named":
        """What the query names as a whole, and not what it mentions among words."""
        return self if self.alone else replace(self, things=self.things[:1])

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


class _Said(NamedTuple):
    """`bare` are digits without a word for what they are. They may also mean a room or an error."""

    things: list[Thing]
    alone: bool
    bare: bool = False


def named_in(q: str) -> Named:
    text = plain(q)
    if not re.search("[0-9]", text):
        return Named()
    things, alone, bare = _only_digits(text) or _among_words(text)
    own = without_edges(text)
    one = (alone or bare) and len(set(things)) <= 1 and not _LISTED.search(own)
    words = [_reference(word) for word in _pasted(q)]
    whole = _merge([_reference(q.strip()), *(things + words if one else [])])
    measured = _MEASURED.fullmatch(own) and not _FILED.fullmatch(own)
    each = [] if one else sorted(dict.fromkeys(things + words), key=lambda thing: _place(thing, text))
    return Named((whole, *each), alone, whole=not measured)


def _only_digits(text: str) -> _Said | None:
    """Reads a query of one number, or of a list, behind any labels. Each other mark makes it an amount or a measure,
    and a word behind it a count."""
    found = _ONLY_DIGITS.fullmatch(_PAIR.sub(r"#\1", text))
    if _NUMBER.search(text) or not found or not (found["label"] or _is_list(found["digits"])):
        return None
    digits = re.findall("[0-9]+", found["digits"])
    labelled = _CERTAIN.search(found["label"]) or (found["label"] and len(digits) > 1)
    alone = bool(labelled or "#" in found[0])
    return _Said(list(map(_digits, digits)), alone, bare=not found["label"])


def _is_list(digits: str) -> bool:
    parts = map(str.strip, _EACH.split(digits))
    return not _AMOUNT.fullmatch(digits) and all(re.fullmatch(_DIGITS, part) for part in parts if part)


def _among_words(text: str) -> _Said:
    numbers = [_number(found) for found in _NUMBER.finditer(text)]
    rest = _NUMBER.sub(_READ, _LINK.sub(_READ, text)) if numbers else text
    things = [*numbers, *map(_digits, _MARKED.findall(rest))]
    left = _parts_of(_LEAD.sub("", _MARKED.sub(_READ, rest)))
    few = not left or bool(_LISTED.search(text)) or (len(left) == 1 and not things)
    return _Said(things, few and all(_MIXED.match(word) or _FILED.fullmatch(word) for word in left))


def _place(thing: Thing, text: str) -> int:
    """People expect what they name in the order in which they name it."""
    places = (text.find(plain(reference)) for reference in thing[0].references)
    return min((place for place in places if place >= 0), default=len(text))


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
    """A reference may begin or end with a mark, and then people paste it as it is. The marks of an amount are no
    such marks: $50 is not 50."""
    text = plain(word)
    own = without_edges(text)
    bare = [own] if _only_digits(text) or not own.isdigit() else []
    inner = list(undress(text))
    spelled = (spelling for one in (word, *inner[-1:]) for spelling in others(one))
    return Reading(references=possible([word, text, *inner, *bare])), Reading(references=possible(spelled)), Reading()


def _pasted(q: str) -> list[str]:
    return list(filter(_may_refer, _BETWEEN.split(q)))[:MOST_REFERENCES]


def _may_refer(word: str) -> bool:
    text = plain(word)
    return bool(_LONG.fullmatch(text) if text.isdigit() else re.search("[0-9]", text))


def _without_zeros(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _parts_of(text: str) -> list[str]:
    return [part for word in _BETWEEN.split(text) if (part := without_edges(word))]


def _merge(things: Iterable[Thing]) -> Thing:
    return Named(tuple(things)).levels


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
