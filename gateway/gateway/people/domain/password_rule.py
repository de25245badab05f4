"""Which passwords people may choose: long ones that are neither easy to guess nor made of the account's own words
(OWASP ASVS 4.0.3, 2.1.1 and 2.1.7; NIST SP 800-63B, 5.1.1.2)."""

import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gateway.people.domain.known_phrases import KNOWN
from gateway.people.domain.latin_keys import on_latin_keys
from gateway.people.domain.romanise import romanise, spellings
from trackline_schemas.text.normal_form import without_marks

# characters
SHORTEST = 12
LONGEST = 200
# Anybody connects shorter words with everybody.
SHORTEST_WORD = 3
OUR_WORDS = ("trackline", "servicedesk", "helpdesk", "itsupport")
SHORTEST_REPEAT = 3
# decimal logarithms of the number of guesses at which the score rises
SCORES = (3.0, 6.0, 8.0, 10.0)
ENOUGH = 8.0

Refusal = Literal[
    "password_too_short", "password_too_common", "password_has_own_words", "password_with_hidden_characters"
]
# Takes a text, and returns the decimal logarithm of the number of guesses that an attacker needs for it.
Estimate = Callable[[str], float]

# People write these for letters. The letters that look alike become one.
_LOOKALIKE = str.maketrans("0134567892@$!|+l", "oieasgtbgzasiiti")
# Letters of other alphabets that look like Latin ones (UTS #39).
_LATIN = str.maketrans("абвгдеіјкмнопрстуфхѕһԁԛԝӏαβγεζηικνορτυχω", "abbrdeijkmhonpctyfxshdqwlabyezniknoptuxw")


@dataclass(frozen=True)
class Verdict:
    """`score` is from 0 (guessed at once) to 4. `refusal` is None for a password that people may choose."""

    score: int
    refusal: Refusal | None


def judge(password: str, words: Collection[str], estimate: Estimate) -> Verdict:
    """`words` are those of the account, from `own_words`. A text is as easy to guess as the easiest of its readings."""
    estimate = cache(estimate)
    spelled = {password, romanise(password), *on_latin_keys(password)}
    readings = {reading for one in spelled for reading in _readings(one)}
    as_they_are = [estimate(one) for one in spelled]
    common = min(*as_they_are, *(_of_letters(_remove(KNOWN, one), estimate) for one in readings))
    rests = [rest for one in readings if (rest := _remove(words, one)) != one]
    own = min([common, *(_of_letters(rest, estimate) for rest in rests)])
    return Verdict(bisect(SCORES, min(common, own)), _refusal(password, common, own))


def own_words(name: str, emails: Iterable[str], organisation: str | None) -> frozenset[str]:
    """Returns what anybody tries first who knows the person: the words of these texts, forwards and backwards."""
    # The last label of a domain, such as "com", is nobody's own.
    texts = [*OUR_WORDS, name, organisation or "", *(email.rpartition(".")[0] for email in emails)]
    spelled = [one for text in texts for one in (text, *spellings(text))]
    words = {word for text in spelled for word in re.split(r"[\W_]+", _fold(text)) if len(word) >= SHORTEST_WORD}
    return frozenset(words | {word[::-1] for word in words})


def _refusal(password: str, common: float, own: float) -> Refusal | None:
    if len(password) < SHORTEST:
        return "password_too_short"
    if own >= ENOUGH:
        return None
    return "password_has_own_words" if own < common else "password_too_common"


def _readings(password: str) -> set[str]:
    """Returns the password folded, without the marks between letters, and without what is only there twice."""
    folded = _fold(password)
    letters = "".join(mark for mark in folded if mark.isalnum())
    marks = "".join(sorted({mark for mark in folded if not mark.isalnum()}))
    joined = letters + marks
    return {folded, joined, _once(joined), re.sub(r"(.)\1+", r"\1", joined)}


def _once(text: str) -> str:
    """Removes what occurred before in the text, if it is long enough for a word."""
    kept, place = "", 0
    while place < len(text):
        end = place + SHORTEST_REPEAT
        while end <= len(text) and text[place:end] in text[:place]:
            end += 1
        if end > place + SHORTEST_REPEAT:
            place = end - 1
        else:
            kept, place = kept + text[place], place + 1
    return kept


def _of_letters(text: str, estimate: Estimate) -> float:
    """Estimates the letters and digits alone. The other characters between them hide a word from the estimate and make
    it hardly safer: each different one counts as a tenfold."""
    letters = "".join(mark for mark in text if mark.isalnum())
    return estimate(letters) + len({mark for mark in text if not mark.isalnum()})


def _remove(words: Iterable[str], folded: str) -> str:
    looks = folded.translate(_LOOKALIKE)
    covered = {place for word in words for place in _places(looks, word.translate(_LOOKALIKE))}
    return "".join(mark for place, mark in enumerate(folded) if place not in covered)


def _places(text: str, word: str) -> Iterable[int]:
    """Yields the places of all letters of `text` that belong to the word."""
    start = text.find(word)
    while start >= 0:
        yield from range(start, start + len(word))
        start = text.find(word, start + 1)


def _fold(text: str) -> str:
    """Returns the text in small Latin letters and digits, without accents."""
    plain = without_marks(text.casefold()).translate(_LATIN)
    return "".join(str(unicodedata.decimal(mark, mark)) for mark in plain)
