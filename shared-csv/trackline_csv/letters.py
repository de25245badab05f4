"""Tells which encoding of one byte per character makes words of the bytes of a file.

A wrong encoding puts signs or capital letters into the middle of words: “Geräte” of an old DOS file would be “Ger„te”
in cp1252, and “GerÑte” in Mac Roman.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

# A run of letters and of bytes outside of ASCII. Long runs are cut, so that the time stays proportional to the text.
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{1,60}")
_MOST_WORDS = 20_000
# Letters of Western European languages, without those that are too rare to prove anything.
_LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüŒœ")
_RARE = frozenset("ÐÝÞðýþÿŸŠšŽžªºµ")
# Signs that also stand between two letters, that stand beside no letter, and that stand behind no letter.
_WITHIN = frozenset("\u00a0\u00ad’´–—…·°²³")
_APART = frozenset("\ufffd†‡ˆ˜¨¸¯¬¶¦¤¢¥‰")
_OPENING = frozenset("„‚¡¿")


def count_words(chunks: Iterable[bytes]) -> Counter[bytes]:
    """Returns how often each word occurs that is not only ASCII. Stops after _MOST_WORDS of them."""
    words: Counter[bytes] = Counter()
    for chunk in chunks:
        words.update(word for word in _WORD.findall(chunk) if not word.isascii())
        if len(words) > _MOST_WORDS:
            break
    return words


def choose(words: Mapping[bytes, int], encodings: Sequence[str]) -> str | None:
    """Returns the encoding that makes the best words, the first one of several. Returns None if it makes no good words
    either."""
    found = {encoding: _judge(words, encoding) for encoding in encodings}
    best = max(encodings, key=lambda encoding: found[encoding][0] - 2 * found[encoding][1])
    right, wrong = found[best]
    return best if wrong * 5 <= right else None


def _judge(words: Mapping[bytes, int], encoding: str) -> tuple[int, int]:
    """Returns how many characters stand where they may stand, and how many do not."""
    right = wrong = 0
    for word, count in words.items():
        text = word.decode(encoding, "replace")
        for place, char in enumerate(text):
            if not char.isascii():
                verdict = _fits(char, text[:place][-1:], text[place + 1 : place + 2])
                right += count * (verdict is True)
                wrong += count * (verdict is False)
    return right, wrong


def _fits(char: str, before: str, after: str) -> bool | None:
    """Tells whether the character fits between its neighbours. Returns None if this proves nothing."""
    if "\u2500" <= char <= "\u25ff":
        return False
    if not (before.isalpha() or after.isalpha()):
        return None
    # Letters of another alphabet become many such characters in a row.
    if before and after and not before.isascii() and not after.isascii():
        return False
    if char.isalpha():
        return _letter_fits(char, before, after)
    if char in _APART or (char in _OPENING and before.isalpha()):
        return False
    return char in _WITHIN or not (before.isalpha() and after.isalpha())


def _letter_fits(char: str, before: str, after: str) -> bool | None:
    if char not in _LETTERS | _RARE or _is_wrong_case(char, before, after):
        return False
    return None if char in _RARE else True


def _is_wrong_case(char: str, before: str, after: str) -> bool:
    if char.isupper():
        return before.islower() or (before.isupper() and after.islower())
    return not before.isalpha() if char == "ß" else after.isupper()
