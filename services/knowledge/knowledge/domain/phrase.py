"""Phrases that must occur in a text as they are, whatever their case and accents, and whatever stands between their
words."""

import re
from collections.abc import Iterable
from functools import cache

from knowledge.domain.number import named_in
from knowledge.domain.text import fold, words

# A letter that folds to several, such as ß, is written as one or as these.
_LETTERS = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isalpha()]
_BETWEEN, _WORD = r"[^\p{L}\p{N}_]+", r"[\p{L}\p{N}_]"


def phrase_pattern(phrase: str) -> str:
    """Returns a regular expression for MongoDB, which matches whole words only. Its flag i stands for the case. Each
    letter is defined once, since MongoDB takes no pattern of more than 32 kB."""
    units = [_units(word) for word in words(phrase)]
    letters = sorted({unit for word in units for unit in word})
    defined = "".join(f"(?<{_name(unit)}>{_letter(unit)})" for unit in letters)
    spelt = _BETWEEN.join("".join(f"(?&{_name(unit)})" for unit in word) for word in units)
    return f"(?(DEFINE){defined})(?<!{_WORD}){spelt}(?!{_WORD})"


def occurs(phrase: str, text: str) -> bool:
    """Does the same in memory."""
    return f" {' '.join(words(phrase))} " in f" {' '.join(words(text))} "


def alternatives(phrases: Iterable[str]) -> list[list[str]]:
    """Returns groups, of each of which a document must have one phrase. No document has two numbers."""
    groups = [[phrase] for phrase in phrases]
    numbers = [phrase for group in groups for phrase in group if _is_number(phrase)]
    return [*([numbers] if numbers else []), *(group for group in groups if group[0] not in numbers)]


def _is_number(phrase: str) -> bool:
    named = named_in(phrase).complete
    return bool(named.numbers or named.digits)


def _units(word: str) -> list[str]:
    """Splits a folded word into letters, and into pairs that one letter may stand for."""
    return re.findall("|".join([*sorted(map(re.escape, _pairs()), key=len, reverse=True), "."]), word, re.DOTALL)


def _name(unit: str) -> str:
    return "_".join(f"u{ord(char):x}" for char in unit)


def _letter(unit: str) -> str:
    others = _accented().get(unit, "")
    if len(unit) > 1:
        return f"(?:{''.join(map(_letter, unit))}|[{others}])"
    return f"[{unit}{others}]" if others else re.escape(unit)


@cache
def _accented() -> dict[str, str]:
    """Returns what letters fold to → these letters."""
    found: dict[str, str] = {}
    for letter in _LETTERS:
        folded = fold(letter)
        if folded != letter:
            found[folded] = found.get(folded, "") + letter
    return found


@cache
def _pairs() -> tuple[str, ...]:
    return tuple(unit for unit in _accented() if len(unit) > 1)
