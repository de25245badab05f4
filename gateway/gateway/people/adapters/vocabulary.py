"""What people make passwords of beyond the English words that zxcvbn brings: the words and names of other languages,
the calendar, and the rows and columns of the keyboards of other countries."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

from babel.dates import get_day_names, get_month_names

from gateway.people.domain.keyboards import KEYBOARDS, Keyboard
from gateway.people.domain.latin_keys import on_latin_keys
from gateway.people.domain.romanise import romanise
from trackline_schemas.text.normal_form import without_marks

# `trackline_local.assets` fetches the lists, one folder for each language, each list with the most frequent word first.
WORDS = Path(__file__).with_name("words")
LONGEST_LIST = 20_000
SHORTEST_WORD = 3
LANGUAGES = ("en", "de", "fr", "es", "it")
SEASONS = (
    "spring summer autumn fall winter frühling frühjahr sommer herbst printemps été automne hiver "
    "primavera verano otoño invierno estate autunno inverno"
).split()  # fmt: skip
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PLAIN = str.maketrans({"ß": "ss"})
_OTHER_ALPHABET = re.compile(r"[\u0370-\u05ff]")

# Of these keyboards, people type columns of keys too.
_COLUMNS_OF = ("QWERTY", "QWERTZ, German", "AZERTY, French")


def rank_words() -> dict[str, int]:
    """Returns word → its rank in the list in which it is most frequent. A word with accents has a second and a third
    spelling without them, and one of another alphabet has two in Latin letters: as it sounds, and as its keys are."""
    ranks: dict[str, int] = {}
    for words in _lists():
        for rank, word in enumerate(words, 1):
            for spelling in _spellings(word):
                ranks[spelling] = min(rank, ranks.get(spelling, rank))
    return ranks


def _lists() -> Iterator[Iterable[str]]:
    yield _calendar()
    yield _columns()
    files = sorted(WORDS.glob("*/*"))
    if not files:
        raise FileNotFoundError(f"{WORDS} has no lists of words: `make environment` fetches them.")
    for file in files:
        words = json.loads(file.read_bytes()) if file.suffix == ".json" else file.read_text().split()
        yield [word for word in words[:LONGEST_LIST] if len(word) >= SHORTEST_WORD]


def _calendar() -> list[str]:
    named = [names for language in LANGUAGES for names in (_months(language), _days(language))]
    return [*SEASONS, *(name.casefold() for names in named for name in names.values())]


def _columns() -> list[str]:
    """Returns what one types who goes down some columns of keys in turn, or down one and up the next."""
    found: list[str] = []
    for name, top in product(_COLUMNS_OF, (0, 1)):
        columns = [_column(KEYBOARDS[name], x, top) for x in range(11)]
        turned = [column[::-1] if place % 2 else column for place, column in enumerate(columns)]
        around = [column if place % 2 else column[::-1] for place, column in enumerate(columns)]
        for line in (columns, turned, around):
            found += ["".join(line[i:j]) for i in range(len(line)) for j in range(i + 1, len(line) + 1)]
    return found


def _column(keyboard: Keyboard, x: int, top: int) -> str:
    return "".join(keyboard.alone.get((x, y), "") for y in range(top, 4))


def _months(language: str) -> Mapping[int, str]:
    return get_month_names("wide", locale=language)


def _days(language: str) -> Mapping[int, str]:
    return get_day_names("wide", locale=language)


def _spellings(word: str) -> set[str]:
    if word.isascii():
        return {word}
    if _OTHER_ALPHABET.match(word):
        return {word, romanise(word)} | on_latin_keys(word)
    return {word, without_marks(word.translate(_PLAIN)), word.translate(_SPELLED_OUT)}
