"""What a text would be on a QWERTY keyboard, if somebody typed it on the same keys of another one: йцукен is qwerty."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

from gateway.people.domain.keyboards import KEYBOARDS, QWERTY, Keyboard, Place
from gateway.people.domain.typed_letters import as_typed

# Each Latin keyboard types it.
_A_LATIN_LETTER = "a"
# No text with this is in the letters of QWERTY.
_NO_KEY = "∅"
_BESIDE = {typed: "".join(filter(None, around)) for typed, around in QWERTY.graph().items()}
_PLACES = {key: place for place, key in enumerate(QWERTY.alone.values())}


class _Reading:
    def __init__(self, keys: Mapping[str, str]) -> None:
        """`keys` says on which key of QWERTY one types a text."""
        self._long = [(typed, key) for typed, key in keys.items() if len(typed) > 1]
        self._single = {typed: key for typed, key in keys.items() if len(typed) == 1}
        self._table = str.maketrans(self._single)
        self._is_latin = self.types(_A_LATIN_LETTER)
        marks = "".join(filter(unicodedata.combining, self._single))
        self._marks = re.compile(f"[{marks}]{{2,}}") if marks else None

    def types(self, letter: str) -> bool:
        return letter in self._single

    def may_mean(self, keys: str) -> bool:
        """Nobody types words on another Latin keyboard as if it were QWERTY, but rows of keys."""
        return not self._is_latin or _is_of_rows(keys)

    def of(self, text: str) -> str:
        """What no key types stays."""
        if self._marks:
            text = self._marks.sub(self._in_order, text)
        for typed, key in self._long:
            text = text.replace(typed, key)
        return text.translate(self._table)

    def _in_order(self, marks: re.Match[str]) -> str:
        """The normal form has sorted marks of several classes, in whatever order somebody typed them."""
        if len(set(map(unicodedata.combining, marks[0]))) == 1:
            return marks[0]
        return "".join(sorted(marks[0], key=lambda mark: _PLACES[self._single[mark]]))


def _readings_of(keyboard: Keyboard) -> Iterable[_Reading]:
    """Some letters have two keys, and some keys type two letters, as the Arabic لا does."""
    levels = (keyboard.alone, keyboard.shifted)
    typed = [(as_typed(text), place) for level in levels for place, text in level.items()]
    keys = [(text, QWERTY.alone[place]) for text, place in typed]
    yield _Reading(dict(reversed(keys)))
    yield _Reading({text: key for text, key in keys if len(text) == 1})
    for other in (_without_marks, _own_letters):
        moved = {letter: key for level in levels for letter, key in other(level)}
        if not moved.items() <= dict(keys).items():
            yield _Reading(moved)


def _without_marks(level: Mapping[Place, str]) -> Iterable[tuple[str, str]]:
    """Moves the letters of each row together, because people leave out the marks between them."""
    for row, keys in list(zip(_rows(level), _rows(QWERTY.alone), strict=True))[1:]:
        yield from zip(filter(str.isalpha, row), keys, strict=False)


def _own_letters(level: Mapping[Place, str]) -> Iterable[tuple[str, str]]:
    """Puts the letters that QWERTY does not have in one row, because people type these one after the other. A
    word that has other letters too is no such row."""
    letters = [letter for row in _rows(level) for letter in row if letter.isalpha()]
    if "a" in map(str.casefold, letters):
        own = (letter for letter in letters if not letter.isascii())
        yield from ((letter, _NO_KEY) for letter in letters if letter.isascii())
        yield from zip(own, chain(*_rows(QWERTY.alone)[1:]), strict=False)


def _rows(level: Mapping[Place, str]) -> list[list[str]]:
    return [[typed for place, typed in sorted(level.items()) if place[1] == y] for y in range(4)]


_READINGS = [reading for keyboard in KEYBOARDS.values() for reading in _readings_of(keyboard)]


def on_latin_keys(text: str) -> set[str]:
    """Returns the text as QWERTY would have it, for each keyboard that types all of its letters."""
    if not any(unicodedata.category(mark)[0] in "LM" for mark in text):
        # Nobody knows on which keyboard a row of marks was typed.
        return set()
    typed = as_typed(text)
    readings = _typing(next((mark for mark in typed if not mark.isascii()), _A_LATIN_LETTER))
    return {one for reading in readings if (one := reading.of(typed)).isascii() and reading.may_mean(one)}


@lru_cache
def _typing(letter: str) -> list[_Reading]:
    return [reading for reading in _READINGS if reading.types(letter)]


def _is_of_rows(text: str) -> bool:
    """Returns whether two thirds of the keys or more lie beside one of the two before. These are two if somebody types
    two rows in turn, as in q1w2e3r4."""
    near = sum(_is_near(key, text[max(0, place - 2) : place]) for place, key in enumerate(text))
    return 3 * near >= 2 * (len(text) - 1) > 0


def _is_near(key: str, before: str) -> bool:
    return any(key == one or key in _BESIDE.get(one, "") for one in before)
