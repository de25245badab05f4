"""Reads by what somebody looks for people: words of their names and addresses, or people as mail programs write them,
such as `"Brown, Bea" <bea@example.org>; bob@example.org`."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from trackline_schemas.text.keys import ACE, address_key, fold_query, spellings

# What stands around and between names and addresses. The library's parser knows no semicolons, takes "Brown, Bea" for
# two people, and reads addresses that are not finished, which people type, as none.
_BETWEEN = re.compile(r'[\s,;<>()\[\]"“”„«»،؛、]+')
_DASHES = re.compile(r"[-\u2010-\u2015\u2212]+")
_AROUND = "'.:!?"
_SCHEME = re.compile(r"(?:mailto|smtp|sip):")

# The spellings of each word. Somebody is a hit whose `search_text` has one spelling of each.
Words = list[tuple[str, ...]]


def read_query(q: str) -> list[Words]:
    """Returns the ways in which somebody can be a hit. Who names several addresses means any of them, and beside an
    address in angle brackets a name says nothing more."""
    text = fold_query(q)
    words = [*_words(text)]
    addresses = [word for word in words if word.find("@") > 0 and not word.endswith("@")]
    if len(addresses) > 1 or (addresses and "<" in text):
        return [[spellings(address)] for address in addresses]
    # A query of brackets is no query for everybody.
    return [[spellings(word) for word in words or text.split()]]


def _words(text: str) -> Iterator[str]:
    for piece in _BETWEEN.split(text):
        word = _without_scheme(piece).strip(_AROUND)
        if "@" in word or ACE in word:
            yield address_key(word)
        else:
            # "Meier-Schmidt" is also written with blanks around the dash.
            yield from filter(None, _DASHES.split(word))


def _without_scheme(word: str) -> str:
    scheme = _SCHEME.match(word)
    return unquote(word[scheme.end() :].partition("?")[0]) if scheme else word
