"""The letters of a text one by one, as they were typed. Some keyboards join letters: in Korean, ㅅ and ㅛ become 쇼."""

import re
import unicodedata
from functools import cache

from trackline_schemas.text.normal_form import compose, normalise

_JOINED = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\uac00-\ud7a3\uff61-\uffdc]")
# The form KD puts a blank before a mark of sound that stands alone.
_BLANK_BEFORE_MARK = re.compile(" (?=[\u3099\u309a])")
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


def as_typed(text: str) -> str:
    """Returns the text in the normal form C, but Hangul in letters, and kana as hiragana and marks."""
    if not _JOINED.search(text):
        return compose(text)
    parts = _BLANK_BEFORE_MARK.sub("", normalise("NFKD", text)).translate(_HIRAGANA)
    return "".join(map(_letters_of, parts))


@cache
def _letters_of(part: str) -> str:
    """A part of a syllable has the name of its letters: HANGUL JONGSEONG KIYEOK-SIOS is ㄱ and ㅅ."""
    found = re.fullmatch(r"HANGUL (?:CHOSEONG|JUNGSEONG|JONGSEONG) ([A-Z-]+)", unicodedata.name(part, ""))
    names = found[1].split("-") if found else []
    try:
        return "".join(unicodedata.lookup(f"HANGUL LETTER {name}") for name in names) or part
    except KeyError:
        return part
