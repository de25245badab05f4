"""Finds the web addresses in a text that people wrote: where each begins, and where the sentence goes on."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# These stand inside words of some languages and between the parts of names. At the end they are no part of an address.
_JOINTS = "·‧・–§׳״་\u200c\u200d"
# Spaces, what shows nothing, and punctuation. Arrows, lines, bullets and some quotation marks are symbols for Unicode,
# and addresses may hold other symbols.
_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"}
_BLOCKS = "\u2190-\u21ff\u2500-\u25ff\u275b-\u2760\u27f0-\u27ff\u2900-\u297f\u2b00-\u2b11＜＞｜\uffe9-\uffec"
_END = (
    r"\s\x00-\x1f\x7f<>\"`|\\"
    + _BLOCKS
    + "".join(char for char in map(chr, range(0x80, 0x10000)) if unicodedata.category(char) in _CATEGORIES)
)
_BEGINNING = r"(?:(?<![A-Za-z0-9])https?://|(?<![\w@./:-])www\.)"
_BEGIN = re.compile(_BEGINNING, re.IGNORECASE)
_ADDRESS = re.compile(
    rf"{_BEGINNING}[^{_END}]+"
    rf"(?:[{_JOINTS}](?=\w)(?!https?://|www\.)[^{_END}]+)*",
    re.IGNORECASE,
)
# What stands between two addresses that a comma or a semicolon separates. An address after a slash or an equals sign is
# a part of the first one. A match begins only where such characters begin: to try each would cost their number squared.
_BETWEEN = re.compile(r"(?<=[\w/?#=&%])[^\w/?#=&%]++(?=https?://|www\.)", re.IGNORECASE)
_SEPARATOR = re.compile("[,;]")
_HOST = re.compile(r"(?:https?://|(?=www\.))[^/?#]*\w", re.IGNORECASE)
# These end a sentence or an emphasis more often than an address.
_LAST = ".,:;!?*_~'"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPENING = frozenset(_PAIRS.values())


class Link(NamedTuple):
    start: int
    end: int
    address: str


def find(text: str) -> Iterator[Link]:
    """Yields the addresses in their order. `address` is what to link to, and the text is what to show."""
    for match in _ADDRESS.finditer(text):
        for begin, end in _cuts(match[0]):
            shown = match[0][begin:end].rstrip(_LAST)
            if _HOST.match(shown):
                start = match.start() + begin
                yield Link(start, start + len(shown), shown if "://" in shown[:8] else f"http://{shown}")


def _cuts(run: str) -> Iterator[tuple[int, int]]:
    """Yields (begin, end) of each address. What follows a cut is a text like any other, in which another may begin."""
    for first, end in _split(run):
        begin = first
        while begin < end:
            closed = _closed(run, begin, end)
            yield begin, closed
            following = _BEGIN.search(run, closed, end)
            begin = following.start() if following else end


def _split(run: str) -> Iterator[tuple[int, int]]:
    """Yields (begin, end) of each piece between separators."""
    begin = 0
    for match in _BETWEEN.finditer(run):
        if separator := _SEPARATOR.search(match[0]):
            yield begin, match.start() + separator.start()
            begin = match.end()
    yield begin, len(run)


def _closed(run: str, begin: int, end: int) -> int:
    """Returns the place of the first bracket that closes one before the address, or else the end."""
    opened: list[str] = []
    for place in range(begin, end):
        letter = run[place]
        if letter in _OPENING:
            opened.append(letter)
        elif letter in _PAIRS and (not opened or opened.pop() != _PAIRS[letter]):
            return place
    return end
