"""Finds words that another encoding makes of the same bytes: “Fûrész” of a French file may be “Fűrész” of a Hungarian
one. Nothing in the bytes tells which one is right, so somebody has to look at it.

Each pattern matches the words of some languages, in small letters. It should let pass what these languages write, and
little of what becomes of the words of others: there, vowels and consonants change places.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice

from trackline_csv.common_words import is_common
from trackline_csv.letters import LETTERS, has_apostrophe, has_right_signs, is_text_of_the_west

_VOWELS = "aeiouyáâãäåéëíîóôõöøúüýąăāęěėēįīőűůųūıæ"
_NEXT_TO_VOWEL = rf"(?:(?<=[{_VOWELS}])[{{0}}]|[{{0}}](?=[{_VOWELS}]))"
_CENTRAL = ("cp1250", "iso8859-2", "cp852")
_BALTIC = ("cp1257",)
_LATIN: Sequence[tuple[str, Sequence[str]]] = (
    # Polish
    (
        rf"[a-pr-uwyzóąłż]|ę(?![mnr])|(?<=[{_VOWELS}])[ćńśź](?![{_VOWELS}])|(?<=ś)ć|\b[śźć](?![{_VOWELS}])|(?<=[wp])ś(?![{_VOWELS}])",
        (*_CENTRAL, *_BALTIC),
    ),
    # Czech, Slovak
    (
        rf"[a-pr-vyzáäéíóôúýšťžľ]|{_NEXT_TO_VOWEL.format('č')}|(?<=[{_VOWELS}])ř|(?<![lmnrsz])ř(?=[{_VOWELS}])|(?<=r)č(?=k)|ď(?=[aouáůě]|\b)|(?<=[bpvmfdtn])ě"
        rf"|(?<=[{_VOWELS}])ň|ň(?=[aouá])|(?<![{_VOWELS}])ů|(?<=[vkmsbtzž])ŕ(?=[cčbdkmnptšžzh])"
        "|(?<=h)ĺ(?=b)|(?<=[vkdtpm])ĺ(?=[bcčkpžzt])",
        _CENTRAL,
    ),
    # Hungarian
    (rf"[a-pr-vyzáéíóöúü]|(?<![{_VOWELS}])ű|ő(?!es?\b)", _CENTRAL),
    # Romanian
    ("[a-pr-vxzâîşţ]|ă(?![aeo])", _CENTRAL),
    # Turkish
    (rf"[a-pr-vyzçöüâîûış]|(?<=[{_VOWELS}])ğ", ("cp1254", "cp857")),
    # Estonian
    (rf"[a-zäöõü]|(?:\b|(?<=[t{_VOWELS}]))[šž]", _BALTIC),
)
# These languages do not double such consonants.
_WITHOUT_DOUBLES: Sequence[tuple[str, Sequence[str]]] = (
    # Croatian, Slovene, Serbian
    (rf"[a-pr-vzšž]|{_NEXT_TO_VOWEL.format('čć')}|(?<=r)[čć](?=k)|đ(?=[{_VOWELS}s]|\b)", (*_CENTRAL, *_BALTIC)),
    # Lithuanian
    (
        rf"[a-pr-vyzšžū]|{_NEXT_TO_VOWEL.format('č')}|ą|ę\b|ę(?=s)|(?<![{_VOWELS}])ė|\bį|į\b|(?<=[krltv])į(?=[sžk])"
        r"|ų\b|(?<=[iks])ų(?=s)",
        _BALTIC,
    ),
    # Latvian
    (
        rf"[a-pr-vzāšž]|{_NEXT_TO_VOWEL.format('čņģ')}|ļ(?=[{_VOWELS}])|(?<=[{_VOWELS}])ļ(?=[šnms]?\b)|ē(?![{_VOWELS}])|(?<![aou])[īū]"
        rf"|\bķ(?=[eiēī])|(?<=[{_VOWELS}])ķ(?=[{_VOWELS}])|(?<=[šsnl])ķ(?=[eiēī])",
        _BALTIC,
    ),
)
_OTHER_SCRIPTS: Sequence[tuple[str, Sequence[str]]] = (
    ("[а-яёђѓєѕіїјљњћќўџґ]{2}", ("cp1251", "koi8-r", "cp866")),
    ("[α-ωάέήίόύώϊϋΐΰ]{2}", ("cp1253",)),
)
# Encodings whose signs have the same bytes.
_DOS = ("cp437", "cp850", "cp852", "cp857", "cp866")
_WINDOWS = ("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "iso8859-2", "iso8859-15")
_OF_THE_WEST = ("cp437", "cp850", "mac-roman")
_CAPITAL = re.compile("(?<=[a-z])(?=[A-Z])")
# A letter outside of ASCII at the beginning of a word is mostly right, and so is a ç: “François” is no “Franþois”.
_ONE_WORD = re.compile(r"^(?:[0-9]*[A-Za-z]|[’”…][a-z]{3}(?!.*[’”]$))(?!.*(?:[^\x00-\x7f][A-Z]|ç))")
# In Slavic languages, r and l make syllables too.
_SYLLABLE = re.compile(rf"[{_VOWELS}]|\B[rl](?!\b)|[^\x00-\u024f]")
_DOUBLE = re.compile(r"([bdfgkprst])\1")

# Of so many words, one may belong to another language.
_TOLERANCE = 5
# To compare languages takes time, and so many words tell enough.
_MOST_COMPARED = 1000
Language = Callable[[str], bool]


def unclear_words(words: Collection[bytes], chosen: str, wrong: Iterable[bytes]) -> dict[bytes, str]:
    """Returns word → another encoding, for the words that may be others there: all that differ, if one language
    explains almost all of these, and the `wrong` ones, which the chosen encoding does not explain."""
    alone = {word: encoding for word in wrong if (encoding := _explain(word, chosen))}
    for encoding, language in _LANGUAGES:
        found = _explained(words, chosen, encoding, language)
        if found and _is_rival(encoding, chosen, [word.decode(chosen, "ignore") for word in found], len(words)):
            return alone | dict.fromkeys(found, encoding)
    return alone


def explains_most(words: Collection[bytes], encoding: str) -> bool:
    """Tells whether no language of another encoding explains as many of the first words. iso8859-15 has almost the
    same letters as cp1252."""
    first = list(islice(words, _MOST_COMPARED))

    def count(other: str, language: Language) -> int:
        return sum(_is_word(word, encoding, other, language) for word in first)

    explained = count(encoding, _is_western_word)
    others = (one for one in _LANGUAGES if one[0] not in (encoding, "iso8859-15"))
    return all(count(*one) < explained for one in others)


def _is_rival(encoding: str, chosen: str, texts: Sequence[str], words: int) -> bool:
    """Tells whether the other encoding counts that explains these words. A sign, such as a dash, may be a letter
    elsewhere, and one word may be one by chance. But if it explains each word of the file, and for signs alone
    is an encoding of the West, nothing tells which one is right, unless most signs are apostrophes."""
    family = _DOS if chosen in _DOS else _WINDOWS
    letters = sum(map(_has_letters, texts))
    explains_all = len(texts) == words and all(map(_may_be_one_word, texts)) and (letters or encoding in _OF_THE_WEST)
    has_apostrophes = 2 * sum(map(has_apostrophe, texts)) > words
    return encoding in family or letters > 1 or bool(explains_all and not has_apostrophes)


def _may_be_one_word(text: str) -> bool:
    """A sign alone is none, and capital letters behind a sign begin another word."""
    return bool(_ONE_WORD.search(text))


def _explain(word: bytes, chosen: str) -> str | None:
    """Returns an encoding that explains the word, or else one that makes another one of it."""
    explained = (encoding for encoding, language in _LANGUAGES if _explained([word], chosen, encoding, language))
    others = (encoding for encoding, _ in _LANGUAGES if _decode(word, encoding) not in (None, _decode(word, chosen)))
    return next(explained, None) or next(others, None)


def _explained(words: Collection[bytes], chosen: str, encoding: str, language: Language) -> list[bytes]:
    """Returns the words that differ in the two encodings, if almost all of them belong to the language."""
    found, strange = list[bytes](), 0
    for word in words:
        if _decode(word, encoding) == _decode(word, chosen):
            continue
        if _is_word(word, chosen, encoding, language):
            found.append(word)
            continue
        strange += 1
        if strange * _TOLERANCE > len(words):
            break
    return found if strange * _TOLERANCE <= len(found) + strange else []


def _is_word(word: bytes, chosen: str, encoding: str, language: Language) -> bool:
    """Tells whether another encoding makes a word of a language of what is no common word in the chosen one."""
    text, own = _decode(word, encoding), _decode(word, chosen)
    return text is not None and language(text) and (text == own or not is_common(own or ""))


def _decode(word: bytes, encoding: str) -> str | None:
    try:
        return word.decode(encoding)
    except UnicodeDecodeError:
        return None


def _has_letters(text: str) -> bool:
    return any(not letters.isascii() for letters in LETTERS.findall(text))


def _matcher(pattern: str, has_doubles: bool = True) -> Language:
    letters = re.compile(f"(?:{pattern})+")

    def is_word(part: str) -> bool:
        small = part.replace("İ", "i").lower()
        if part.isascii():
            return True
        if not has_doubles and _DOUBLE.search(small):
            return False
        is_shaped = _has_right_case(part) and len(small) > 1 and _SYLLABLE.search(small)
        return bool(is_shaped and letters.fullmatch(small))

    def is_text(text: str) -> bool:
        parts = (part for run in LETTERS.findall(text) for part in _CAPITAL.split(run))
        return _has_letters(text) and has_right_signs(text) and all(map(is_word, parts))

    return is_text


def _is_western_word(text: str) -> bool:
    return _has_letters(text) and is_text_of_the_west(text)


def _has_right_case(letters: str) -> bool:
    return letters.islower() or letters.isupper() or letters[1:].islower()


_LANGUAGES: Sequence[tuple[str, Language]] = (
    *((name, _matcher(pattern)) for pattern, names in (*_LATIN, *_OTHER_SCRIPTS) for name in names),
    *((name, _matcher(pattern, False)) for pattern, names in _WITHOUT_DOUBLES for name in names),
    ("iso8859-15", is_text_of_the_west),
    *((name, _is_western_word) for name in _OF_THE_WEST),
)
