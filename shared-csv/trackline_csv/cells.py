"""Splits lines into records of cells (RFC 4180), and finds out which character separates the cells.

Python's csv module cannot do this. It takes an unclosed quotation mark for a cell that holds the rest of the file, or
refuses every text that merely begins with a word in quotation marks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from trackline_csv.errors import Unreadable

DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITERS = dict.fromkeys(map(ord, DELIMITERS), " ")
_BLANKS = re.compile(r" *")
_MARKED = re.compile(r'"(?:[^"]|"")*"')
_INSIDE = re.compile(r'(?:[^"]+|"")*+')


class Record(NamedTuple):
    """`line` is the number of the first of `lines`. An empty line has no cells."""

    line: int
    cells: list[str]
    lines: Sequence[str]


def split(lines: Iterable[str], delimiter: str, first: int = 1) -> Iterator[Record]:
    """Takes lines with their ends. `first` is the number of the first line. Raises Unreadable with the line of a
    quotation mark that is not closed."""
    cursor = _Cursor(lines, first)
    while cursor.advance():
        start, cursor.used = cursor.number, [cursor.line]
        yield Record(start, _split(cursor, delimiter), cursor.used)


def readings(line: str, delimiter: str) -> list[list[str]]:
    """Returns the cells that a line would have as a row of its own: with quotation marks that count, with those that
    belong to the text, and with those that are doubled because the line stands in a cell."""
    found = [line.rstrip("\r\n").split(delimiter)]
    for text in (line, line.replace('""', '"')) if '"' in line else ():
        with suppress(Unreadable):
            found += [record.cells for record in split([text], delimiter)]
    return found


def find_delimiter(lines: Sequence[str]) -> str:
    """Returns the delimiter with which the records have the most equal widths. `lines` are the first of a file."""
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))


def is_blank(cells: Iterable[str]) -> bool:
    """Tells whether a line has only blanks and delimiters, of any kind."""
    return not "".join(cells).translate(_NO_DELIMITERS).strip()


class _Cursor:
    def __init__(self, lines: Iterable[str], first: int) -> None:
        self._lines = iter(lines)
        self.number = first - 1
        self.line = ""
        self.used: list[str] = []

    def advance(self) -> bool:
        line = next(self._lines, None)
        if line is None:
            return False
        self.number, self.line = self.number + 1, line
        self.used.append(line)
        return True


def _split(cursor: _Cursor, delimiter: str) -> list[str]:
    text = cursor.line.rstrip("\r\n")
    if '"' in text:
        return list(_cells(cursor, delimiter))
    return text.split(delimiter) if text else []


def _cells(cursor: _Cursor, delimiter: str) -> Iterator[str]:
    place = 0
    while True:
        begin = _past(_BLANKS, cursor.line, place)
        quoted = _quoted(cursor, begin + 1, delimiter) if cursor.line.startswith('"', begin) else None
        cell, place = quoted or _plain(cursor.line, place, delimiter)
        yield cell
        if not cursor.line.startswith(delimiter, place):
            return
        place += 1


def _plain(line: str, place: int, delimiter: str) -> tuple[str, int]:
    end = line.find(delimiter, place)
    end = len(line.rstrip("\r\n")) if end < 0 else end
    return line[place:end], end


def _quoted(cursor: _Cursor, place: int, delimiter: str) -> tuple[str, int] | None:
    """Returns the cell and the place behind it. Returns None if the quotation marks belong to the text, as in:
    "Dell" monitor."""
    opened, parts = cursor.number, []
    while True:
        end = _past(_INSIDE, cursor.line, place)
        parts.append(cursor.line[place:end])
        if cursor.line.startswith('"', end):
            break
        if not cursor.advance():
            raise Unreadable("quote", opened)
        place = 0
    end = _past(_BLANKS, cursor.line, end + 1)
    if cursor.line[end : end + 1] in ("", delimiter, "\r", "\n"):
        return "".join(parts).replace('""', '"'), end
    if cursor.number == opened:
        return None
    raise Unreadable("quote", opened)


def _past(pattern: re.Pattern[str], line: str, place: int) -> int:
    found = pattern.match(line, place)
    return found.end() if found else place


def _fit(lines: Sequence[str], delimiter: str) -> tuple[bool, float, int, bool]:
    widths = _widths(lines, delimiter)
    titles, rows = (widths[0], widths[1:]) if widths else (0, [])
    share = sum(_likeness(width, titles) for width in rows) / len(rows) if rows else 1
    # A comma may also belong to the texts, as in: Brown, Bea;bea@example.org
    return titles > 1, share, titles, titles > 1 and delimiter != ","


def _widths(lines: Sequence[str], delimiter: str) -> list[int]:
    widths: list[int] = []
    # The lines may end inside of a cell, and a wrong delimiter makes wrong cells.
    with suppress(Unreadable):
        for record in split(lines, delimiter):
            if not is_blank(record.cells):
                widths.append(_width(record, delimiter))
    return widths


def _width(record: Record, delimiter: str) -> int:
    """Returns 0 if the delimiter splits a text in quotation marks, which shows that it is the wrong one."""
    outside = _MARKED.sub("", "".join(record.lines)).count(delimiter) + 1
    return outside if outside == len(record.cells) else 0


def _likeness(width: int, titles: int) -> float:
    if width == titles:
        return 1
    return 0.5 if 1 < width < titles else 0
