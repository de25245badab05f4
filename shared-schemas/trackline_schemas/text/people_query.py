"""Reads by what somebody looks for people: words of their names and addresses, or people as mail programs write them,
such as `"Brown, Bea" <bea@example.org>; bob@example.org`.

A complete address means its owner or nobody, whatever stands around it: who pastes an@example.org never means
joan@example.org.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from trackline_schemas.text.keys import ACE, address_key, fold_query, spellings

# What stands around and between names and addresses. The library's parser knows no semicolons, takes "Brown, Bea" for
# two people, and reads addresses that are not finished, which people type, as none.
# A bar without blanks around it may be a part of an address.
_BETWEEN = re.compile(r'((?:[\s,;<>()\[\]"،؛、]|(?<!\S)\||\|(?!\S))+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_DASHES = re.compile(r"[-\u2010-\u2015\u2212]+")
_AROUND = "'.:!?"
_IN_APOSTROPHES = re.compile(r"'(.*)'[.:!?]*")
# In an@example.org, a blank does not make two words: @example.org alone is the end of joan@example.org too.
_BLANKS_INSIDE = re.compile(r"(?<=[^\s,;<>()\[\]\"،؛、])\s+@(?=\S)")
# mailto:bea@example.org, To:bea@example.org
_LABELS = re.compile(r"(?:[^\W\d_][\w-]*:)+(?=.)")
_SCHEME = re.compile(r"(?:mailto|smtp|sip):")
_DOMAIN = re.compile(r"[^\x00-,/:-@\[-`{-\x7f]*")
# "an"@example.org is an@example.org.
_QUOTED_MAILBOX = re.compile(r'"([^"\s]+)"@')
# What says nothing about who is meant: a name in front of an address in angle brackets, and a comment.
_QUOTED_NAME = re.compile(r'"[^"]*"(?=\s?<)')
_COMMENT = re.compile(r"\([^()]*\)")
# In a list, what stands in quotation marks is not split.
_IN_LIST = re.compile(r'(?:"[^"]*"|[^;\n])+')
# What ends with a colon leads to a quotation, as in "Bea <bea@example.org> wrote:".
_IN_BRACKETS = re.compile(r'(?>"[^"]*"|[^>])*+>(?:\s*\([^()]*\)|[^@,،、>]*:\s*$)?|[^>]+')
_BETWEEN_COMMAS = re.compile(r'(?:"[^"]*"|[^,،、])+')
_BARE_ADDRESS = re.compile(r'[^\s@<>"]+@[^\s@<>"]+')


@dataclass(frozen=True)
class PeopleQuery:
    """Who has one of the `addresses` is a hit, and then nobody else. If these are `complete`, there are no other hits.
    Otherwise a hit has all the patterns of one of the `ways` in its `search_text`."""

    addresses: Sequence[str]
    complete: bool
    ways: Sequence[Sequence[str]] = ()


def read_query(q: str) -> PeopleQuery:
    text = _fold(q)
    # What is left without names may be less than an address: bea@example.org <Bea>.
    if complete := _complete(_without_names(text)) or _complete(text):
        return PeopleQuery(complete, complete=True)
    people = _people(text)
    typed = [word for words in people for word in words if _is_address(word)]
    return PeopleQuery(typed, complete=False, ways=[[*map(_pattern, words)] for words in people])


def is_certain(q: str, name: str) -> bool:
    """Tells whether a query says by itself that it means the person of this `name` whom it finds: by a complete
    address or by all words of the name, in any order."""
    if read_query(q).complete:
        return True
    typed, whole = _orders(_people(_fold(q))), _orders([[*_words(_fold(name))]])
    return not typed.isdisjoint(whole)


def split_people(text: str) -> list[str]:
    """Returns what somebody wrote for each person of a list. A comma separates people only beside an address, because
    it also stands in names."""
    found = [one for part in _IN_LIST.findall(text) for person in _IN_BRACKETS.findall(part) for one in _split(person)]
    return [person for one in found if re.search(r"\w", person := one.strip(" \t\r,،、"))]


def _fold(q: str) -> str:
    return _QUOTED_MAILBOX.sub(r"\1@", _BLANKS_INSIDE.sub("@", fold_query(q).translate(_QUOTES)))


def _orders(people: list[list[str]]) -> set[tuple[str, ...]]:
    """Returns the words of each person in one order, in both spellings."""
    return {tuple(sorted(spellings(word)[which] for word in words)) for words in people for which in (0, -1)}


def _split(text: str) -> list[str]:
    parts: list[str] = _BETWEEN_COMMAS.findall(text)
    if any(_BARE_ADDRESS.fullmatch(part.strip()) for part in parts):
        return parts
    words = text.split()
    return words if all(map(_BARE_ADDRESS.fullmatch, words)) else [text]


def _without_names(text: str) -> str:
    *closed, rest = _COMMENT.sub(" ", _QUOTED_NAME.sub("", text)).split(">")
    return "> ".join([*map(_without_name, closed), rest])


def _without_name(text: str) -> str:
    """Returns a text up to an angle bracket without the name in front of the address in brackets."""
    before, bracket, inside = text.rpartition("<")
    return f"{before[: max(map(before.rfind, ',;|')) + 1]}<{inside}" if "@" in inside and bracket else text


def _complete(text: str) -> list[str]:
    """Returns the addresses that nobody is still typing: with a whole domain, in closed angle brackets, or with a
    scheme."""
    parts = ["", *_BETWEEN.split(text), ""]
    around = zip(parts[:-1:2], parts[1::2], parts[2::2], strict=True)
    return [
        address
        for before, word, after in around
        if _is_address(address := _read_address(word))
        and (_is_finished(address) or ("<" in before and ">" in after) or _SCHEME.match(word))
    ]


def _is_address(word: str) -> bool:
    return word.find("@") > 0 and not word.endswith("@")


def _is_finished(address: str) -> bool:
    """A domain without a dot may be the beginning of one, and so may one whose last part has a single letter."""
    before, _, last = address_key(address).rpartition("@")[2].rpartition(".")
    return bool(before) and len(last) > 1


def _read_address(word: str) -> str:
    """Returns a word without what does not belong to an address in it."""
    labels = _LABELS.match(word)
    mailbox, at, rest = _undress(unquote(word[labels.end() :]) if labels else word).partition("@")
    if labels:
        rest = rest.partition("?")[0]
    domain = _DOMAIN.match(rest)
    end = domain.end() if domain else 0
    # Letters behind the domain make another address, whatever it may be.
    if not re.search(r"\w", rest[end:]):
        rest = rest[:end]
    return f"{mailbox}{at}{rest}".rstrip(".")


def _undress(word: str) -> str:
    """An address may begin with an apostrophe, but it does not end with one."""
    inside = _IN_APOSTROPHES.fullmatch(word)
    return inside[1] if inside else word.lstrip(".:").rstrip(_AROUND)


def _people(text: str) -> list[list[str]]:
    """Returns the words of each person. Semicolons separate people."""
    people = [words for one in text.split(";") if (words := [*_words(one)])]
    # A query of brackets is no query for everybody.
    return people or [text.split()]


def _words(text: str) -> Iterator[str]:
    pieces = [piece for piece in _BETWEEN.split(text)[::2] if piece]
    # "To:" in front of a name is no part of it.
    for piece in [piece for piece in pieces if not piece.endswith(":")] or pieces:
        word = piece if piece.startswith("@") else _read_address(piece)
        if "@" in word or ACE in word:
            yield address_key(_undress(word))
        else:
            # "Meier-Schmidt" is also written with blanks around the dash.
            yield from filter(None, _DASHES.split(word.strip(_AROUND)))


def _pattern(word: str) -> str:
    """Returns a regular expression that finds a spelling of the word in a `search_text`, which has each address in a
    line of its own. A mailbox is never the end of another one."""
    found = "|".join(map(re.escape, spellings(word)))
    return f"(?m:^(?:{found}))" if word.find("@") > 0 else found
