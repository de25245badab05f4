"""Finds the web addresses in a text that people wrote: where each begins, and where the sentence goes on."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# No address holds these: they are spaces, quotation marks, brackets of other scripts, and what mail programs put around
# addresses.
_END = (
    r"\s\x00-\x1f\x7f-\x9f<>\"`|\\\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    r"„“”«»‹›‚‘’「」『』【】《》〈〉（）［］｛｝、。，．！？；：…"
)
_ADDRESS = re.compile(rf"(?:(?<![A-Za-z0-9])https?://|(?<![\w@./:-])www\.)[^{_END}]+", re.IGNORECASE)
# Two addresses that only a comma or a semicolon separates. An address after a slash or an equals sign is a part of the
# first one.
_NEXT = re.compile(r"[,;][^\w/?#=&%]*(?=https?://)", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://|(?=www\.))[^/?#]*\w", re.IGNORECASE)
# These end a sentence or an emphasis more often than an address.
_LAST = ".,:;!?*_~'"
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Link(NamedTuple):
    start: int
    end: int
    address: str


def find(text: str) -> Iterator[Link]:
    """Yields the addresses in their order. `address` is what to link to, and the text is what to show."""
    for match in _ADDRESS.finditer(text):
        start = match.start()
        for piece, following in _split(match[0]):
            shown = _cut(piece)
            if _HOST.match(shown):
                yield Link(start, start + len(shown), shown if "://" in shown[:8] else f"http://{shown}")
            start += following


def _split(run: str) -> Iterator[tuple[str, int]]:
    """Yields (address, offset of the next one)."""
    begin = 0
    for match in _NEXT.finditer(run):
        yield run[begin : match.start()], match.end() - begin
        begin = match.end()
    yield run[begin:], 0


def _cut(address: str) -> str:
    """Cuts at the first bracket that closes one before the address, and then what ends the sentence."""
    opened: list[str] = []
    for place, letter in enumerate(address):
        if letter in _PAIRS.values():
            opened.append(letter)
        elif letter in _PAIRS and (not opened or opened.pop() != _PAIRS[letter]):
            return address[:place].rstrip(_LAST)
    return address.rstrip(_LAST)
