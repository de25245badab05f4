"""Tells which encoding of one byte per character makes words of the bytes of a file.

A wrong encoding puts signs, capital letters or letters of other languages into the middle of words: “Geräte” of an old
DOS file would be “Ger„te” in cp1252, and “Kovačević” of a Croatian file would be “Kovaèeviæ”.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from trackline_csv.languages import is_word

# A run of letters and of bytes outside of ASCII, with the digits beside them. Long runs are cut, so that the time stays
# proportional to the text.
_RUN = re.compile(rb"[0-9A-Za-z\x80-\xff]{1,60}")
_MOST_RUNS = 20_000
# Of so many words, one may belong to a language that we do not know.
FEW = 30
_LETTER = r"[^\W\d_¹²³¼½¾µªºƒ]"
LETTERS = re.compile(f"{_LETTER}+")
# A capital letter behind a small one begins a word, as in “iPhone”.
_CAPITAL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÄÖÜ])")
_WRONG_CASE = re.compile(
    r"(?<=[a-zß-ÿ])(?<!\bh)(?![ÄÖÜ][a-zß-ÿ]{2})[À-ÞŠŽŒŸ]|(?<=[A-ZÀ-Þ])[À-ÞŠŽŒŸ](?=[a-zà-ÿ])"
    r"|(?<=[A-ZÀ-Þ])[à-ÿšžœ](?=[A-ZÀ-Þ])|\b[à-ÿšžœ](?=[A-ZÀ-Þ])"
)
_QUOTES = "\u00a0\u00ad’‘–—…«»“”"
# Signs between letters, before them, behind them, and where there are no letters.
_SIGNS = re.compile(
    rf"(?<={_LETTER})(?:"
    rf"[\u00a0’](?=[A-ZÀ-Þ])|(?<={_LETTER}{{2}})[–—…](?=[A-ZÀ-Þ])|(?<={_LETTER}{{3}})[–—…](?={_LETTER}{{3}})|(?<={_LETTER}{{2}})\u00ad(?={_LETTER}{{2}})"
    rf"|’|(?<=\b{_LETTER})‘|(?<=l)·(?=l)|(?<=m)[²³])(?={_LETTER})"
    rf"|(?<!{_LETTER})(?:[{_QUOTES}•„‚§¿¡©]|µ(?=[A-Za-z]{{1,4}}\b)|°(?=[CFKR]\b))(?={_LETTER})"
    rf"|(?<={_LETTER})(?:[{_QUOTES}®™]|(?<=[A-Zmn])[ªº°¹²³])(?!{_LETTER})"
    rf"|(?<!{_LETTER})[{_QUOTES}•„‚§µ¿¡©®™°€‰ªº¹²³£¥¢½¼¾±×÷¬¶‡†‹›](?!{_LETTER})"
)
# In such words, the sign is an apostrophe: “l’eau”, “quelqu’un”, “dell’opera”, “it’s”, “O’Neill”. A word of several
# letters stands behind it, because “D’az” and “V’ctor” are “Díaz” and “Víctor” of a Mac.
_APOSTROPHES = re.compile(
    rf"\b(?:[cdjlmnst]’(?=[aeiouyhàâéèêëîïôœ]{_LETTER}{{2}})|o’(?={_LETTER}{{3}}))|(?:qu|rd|ll)’(?={_LETTER})"
    r"|’(?:s|t|d|m|re|ll|ve)\b",
    re.IGNORECASE,
)
_SIGNS_IN_A_ROW = re.compile(rf"(?:[^\x00-\x7f](?<!{_LETTER})){{3}}")


def count_words(chunks: Iterable[bytes]) -> Counter[bytes]:
    """Returns how often each word occurs that is not only ASCII. Stops after _MOST_RUNS of them."""
    words: Counter[bytes] = Counter()
    for chunk in chunks:
        words.update(word for word in _RUN.findall(chunk) if not word.isascii())
        if len(words) > _MOST_RUNS:
            break
    return words


def wrong_words(words: Iterable[bytes], encoding: str) -> set[bytes]:
    """Returns the words that the encoding does not explain."""
    return {word for word in words if _is_wrong(word, encoding)}


def is_one_of(number: int, wrong: Iterable[bytes], words: Mapping[bytes, int]) -> bool:
    """Tells whether at most one of so many words is wrong."""
    return sum(words[word] for word in wrong) * number <= sum(words.values())


def has_letters(words: Iterable[bytes], encoding: str) -> bool:
    """Tells whether several words have a letter outside of ASCII. One alone may be a word by chance."""
    texts = (word.decode(encoding, "ignore") for word in words)
    return sum(any(not letters.isascii() for letters in LETTERS.findall(text)) for text in texts) > 1


def is_text_of_the_west(text: str) -> bool:
    return has_right_signs(text) and not any(map(_is_no_word, LETTERS.findall(text)))


def has_apostrophe(text: str) -> bool:
    return bool(_APOSTROPHES.search(text))


def has_right_signs(text: str) -> bool:
    signs = (place for place, char in enumerate(text) if not char.isascii() and not LETTERS.match(char))
    return not _SIGNS_IN_A_ROW.search(text) and all(_SIGNS.match(text, place) for place in signs)


def _is_wrong(word: bytes, encoding: str) -> bool:
    try:
        return not is_text_of_the_west(word.decode(encoding))
    except UnicodeDecodeError:
        return True


def _is_no_word(letters: str) -> bool:
    if letters.isascii():
        return False
    return bool(_WRONG_CASE.search(letters)) or not all(is_word(part.lower()) for part in _CAPITAL.split(letters))
