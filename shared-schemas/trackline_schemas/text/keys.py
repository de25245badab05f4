"""The keys by which Trackline compares names and addresses, and the words by which it finds people.

Two texts have the same key if a reader takes them for the same: whatever their normal form, case, width, blanks and
invisible characters. Keys are compared and never shown. Sources: Unicode 3.13 (toNFKC_Casefold, which UTS #39 and
UTS #46 use too), RFC 8265 (UsernameCaseMapped), RFC 3492 (Punycode).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from trackline_schemas.text.invisible import IGNORABLE
from trackline_schemas.text.normal_form import normalise, without_marks

_IGNORED = re.compile(f"[{IGNORABLE}]")
_BLANKS = re.compile("[\\s\u2800]+")
ACE = "xn--"
# The two ways to write a letter without its mark: of German and Nordic names, people know the second one.
_PLAIN = str.maketrans("øœæłđðþıħ‐‑–یکى", "oœælddþih---يكي") | {0x153: "oe", 0xE6: "ae", 0xFE: "th"}
# What keyboards and word processors write for an apostrophe. In the normal form KC, some become a blank with a mark.
_APOSTROPHES = dict.fromkeys(
    map(ord, "`\u00b4\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb"), "'"
)
_APOSTROPHES |= dict.fromkeys(map(ord, "\u0384\u1fbd\u1fbf\u1fef\u1ffd\u055a\u05f3\ua78c\uff07\uff40"), "'")
_SPELLED_OUT = {ord(letter): pair for letter, pair in zip("äöüøå", ("ae", "oe", "ue", "oe", "aa"), strict=True)}


def name_key(name: str) -> str:
    """Returns the key of the name of a team, a category, a template or a tag."""
    return _BLANKS.sub(" ", _fold(name)).strip()


def distinct(names: Iterable[str], key: Callable[[str], str] = name_key) -> list[str]:
    """Returns the first of all names that have the same key."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(key(name), name)
    return list(first.values())


def address_key(address: str) -> str:
    """Returns the key of a mail address. A domain has the same key in its Unicode form and in its ASCII form. Takes
    anything that somebody typed."""
    mailbox, at, domain = name_key(address).replace("\u3002", ".").rpartition("@")
    return f"{mailbox}{at}{'.'.join(map(_unicode_label, domain.rstrip('.').split('.')))}"


def clean_address(address: str) -> str:
    """Returns a mail address as somebody pasted it without invisible characters and characters of another width."""
    if address.isascii():
        return address
    return normalise("NFKC", _IGNORED.sub("", normalise("NFKC", address))).strip()


def search_text(*texts: str) -> str:
    """Returns the text in which `search_words` finds people: "Jörg Müller" becomes "jorg muller" and "joerg mueller",
    each in a line of its own."""
    found = [form for text in texts for form in dict.fromkeys((_plain(text), _plain(_spell_out(text))))]
    return "\n".join(found)


def search_words(q: str) -> list[tuple[str, ...]]:
    """Returns the spellings of each word of a query."""
    return [spellings(word) for word in _words(q)]


def has_words(text: str, words: Iterable[tuple[str, ...]]) -> bool:
    """Returns whether a `search_text` has one spelling of each of the `search_words`."""
    return all(any(spelling in text for spelling in known) for known in words)


def spellings(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((_plain(word), _plain(_spell_out(word)))))


def fold_query(q: str) -> str:
    """Returns a query as names are compared, with one kind of apostrophe. A grave accent stays, because it may be a
    part of a mail address; in names, `spellings` folds it."""
    return name_key(q.translate({**_APOSTROPHES, ord("`"): "`"}))


def mixes_alphabets(text: str) -> bool:
    """Returns whether the text has letters of two of the alphabets whose letters look alike: Latin, Cyrillic, Greek
    (UTS #39, the restriction level "highly restrictive")."""
    if text.isascii():
        return False
    names = {unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha()}
    return len(names & {"LATIN", "CYRILLIC", "GREEK"}) > 1


def _words(q: str) -> Iterator[str]:
    return (word for word in _BLANKS.split(_IGNORED.sub("", q)) if _plain(word))


def _fold(text: str) -> str:
    if text.isascii():
        return text.casefold()
    visible = _IGNORED.sub("", normalise("NFKC", text))
    return normalise("NFKC", visible.casefold())


def _plain(text: str) -> str:
    """Returns the text in small letters and without marks."""
    folded = _fold(text.translate(_APOSTROPHES))
    return folded if folded.isascii() else without_marks(folded).translate(_PLAIN)


def _spell_out(text: str) -> str:
    return text if text.isascii() else _fold(text.translate(_APOSTROPHES)).translate(_SPELLED_OUT)


def _unicode_label(label: str) -> str:
    if not label.startswith(ACE):
        return label
    try:
        decoded = label.removeprefix(ACE).encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return label if decoded.isascii() else _fold(decoded)
