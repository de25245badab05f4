"""Looks for macros in a part of an OpenDocument file, and for what calls them (OpenDocument 1.3, part 3).

A search finds the parts that may have some, and the few that it finds are parsed: words of macros in a text do nothing.
"""

import re
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from gateway.judge.search import REFERENCE, overlapping

_ELEMENTS = frozenset(("source-code", "byte-code", "library-linked"))
_CALLS = ("vnd.sun.star.script:", "macro://")
_DOUBTFUL = re.compile("|".join(map(re.escape, (*_ELEMENTS, *_CALLS))).encode() + b"|" + REFERENCE, re.IGNORECASE)
# No program writes these into such a part. An entity hides words, and a default costs time in each element.
_DECLARED = re.compile(rb"<!(?:ENTITY|ATTLIST)", re.IGNORECASE)
# Nor does any write another declaration than this, or in an encoding in which letters are not the bytes of ASCII.
_BEGINNING = re.compile(
    rb"[\s\xef\xbb\xbf\xfe\xff]{0,99}(?:\Z|<(?!\?xml\s)|"
    rb"<\?xml\s{1,20}version\s{0,20}=\s{0,20}[\"']1\.\d[\"']"
    rb"(?:\s{1,20}encoding\s{0,20}=\s{0,20}[\"']"
    rb"(?:utf-?8|utf-?16|(?:us-)?ascii|iso-?8859-|latin-?\d|windows-(?:125|874|31j)|cp125|koi8-|gb(?:2312|k|18030)"
    rb"|big5|shift[_-]jis|euc-)[\w.:-]{0,20}[\"'])?"
    rb"(?:\s{1,20}standalone\s{0,20}=\s{0,20}[\"'](?:yes|no)[\"'])?\s{0,20}\?>)",
    re.IGNORECASE,
)


class _FoundError(Exception):
    """The part has macros, or calls some."""


def has_macros(part: IO[bytes]) -> bool:
    is_doubtful = False
    for number, text in enumerate(overlapping(part)):
        if _DECLARED.search(text) or (number == 0 and not _BEGINNING.match(text)):
            return True
        is_doubtful = is_doubtful or _DOUBTFUL.search(text) is not None
    return is_doubtful and _is_parsed_with_macros(part)


def _is_parsed_with_macros(part: IO[bytes]) -> bool:
    """What cannot be parsed counts as a part with macros."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _check
    part.seek(0)
    try:
        parser.ParseFile(part)
    except (expat.ExpatError, LookupError, ValueError, _FoundError):
        return True
    return False


def _check(element: str, attributes: Mapping[str, str]) -> None:
    """Raises _FoundError."""
    if element.rpartition(":")[2].casefold() in _ELEMENTS:
        raise _FoundError
    if any(value.strip().casefold().startswith(_CALLS) for value in attributes.values()):
        raise _FoundError
