"""Rows that a quotation mark has swallowed: one that is not closed makes one cell of all up to the next."""

import re
from collections.abc import Iterator, Sequence

from trackline_csv import readings

_LINE_ENDS = re.compile("\r\n|\n|\r")
_ADDRESS = re.compile(r'[^\s@,;"<>]+@[^\s@,;"<>]+')


def holds_several_people(cells: Sequence[str], place: int, delimiter: str) -> bool:
    """Tells whether a line of the row has an address of its own in the column of addresses, whose place is given. The
    lines of a text or of a postal address have none there."""
    return any(
        len(line) > max(place, 1) and _ADDRESS.fullmatch(line[place].strip(' "'))
        for line in _lines_as_rows(cells, place, delimiter)
    )


def _lines_as_rows(cells: Sequence[str], place: int, delimiter: str) -> Iterator[list[str]]:
    """Yields the cells of each line in each way in which it can be read, except of the lines to which the address of
    the row itself belongs."""
    for at, cell in enumerate(cells):
        first, *others = _LINE_ENDS.split(cell)
        if others and place > at:
            yield from ([*cells[:at], *line] for line in readings(first, delimiter))
        for line in others[:-1]:
            yield from readings(line, delimiter)
        for line in readings(others[-1], delimiter) if others else ():
            yield line if len(line) > place else [*line, *cells[at + 1 :]]
