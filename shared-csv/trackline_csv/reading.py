"""Reads a CSV file of any common form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from trackline_csv import formulas, titles
from trackline_csv.cells import Record, find_delimiter, is_blank, split
from trackline_csv.encodings import errors_of, recognise
from trackline_csv.errors import Unreadable
from trackline_csv.form import Form
from trackline_csv.mending import PROBLEM

# The lines from which the delimiter is found.
_HEAD = 200
# A spreadsheet that saves this line as a row adds empty cells.
_DECLARATION = re.compile(r'"?sep=([^\w"\r\n])"?\1*', re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """`columns` are unique titles. `first` is the number that a spreadsheet shows for the first row. Each of `rows` has
    at least as many cells as there are columns, except that an empty line has none. They are read from the file one
    by one, which may raise Unreadable."""

    form: Form
    columns: Sequence[str]
    first: int
    rows: Iterator[list[str]]


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Keeps the file open, so that a long one is never in memory as a whole. Raises Unreadable."""
    with path.open("rb") as file:
        encoding = recognise(file)
    with path.open(encoding=encoding, errors=errors_of(encoding), newline="") as lines:
        yield _table(lines, encoding)


def read_text(text: str, encoding: str = "utf-8") -> Table:
    """`encoding` is that of the file which the text comes from. Raises Unreadable."""
    return _table(StringIO(text, newline=""), encoding)


def _table(lines: Iterable[str], encoding: str) -> Table:
    texts = (line.replace("\0", "") for line in lines)
    head = list(islice(texts, _HEAD))
    bom = bool(head) and head[0].startswith("\ufeff")
    if bom:
        head[0] = head[0].removeprefix("\ufeff")
    declared = _DECLARATION.fullmatch(head[0].rstrip("\r\n")) if head else None
    if declared:
        del head[0]
    delimiter = declared[1] if declared else find_delimiter(head)
    records = split(chain(head, texts), delimiter, first=2 if declared else 1)
    blank, header = _find_header(records)
    form = Form(encoding, bom, delimiter, _line_end(header), bool(declared))
    ours = _find_ours(header.cells)
    columns = titles.unique(header.cells if ours is None else map(formulas.unquote, header.cells[:ours]))
    rows = (_read_row(record, len(header.cells), delimiter, ours) for record in records)
    return Table(form, columns, blank + 2, (_fit(cells, len(columns)) for cells in rows))


def _find_header(records: Iterator[Record]) -> tuple[int, Record]:
    """Returns the number of blank rows above the titles, and the titles."""
    for blank, record in enumerate(records):
        if not is_blank(record.cells):
            return blank, record
    raise Unreadable("empty")


def _line_end(record: Record) -> str:
    line = record.lines[-1]
    return line[len(line.rstrip("\r\n")) :] or "\r\n"


def _find_ours(cells: Sequence[str]) -> int | None:
    """Returns the place of the column that we added, if this is a file that `write_to_mend` made."""
    return cells.index(PROBLEM) if PROBLEM in cells else None


def _read_row(record: Record, width: int, delimiter: str, ours: int | None) -> list[str]:
    cells = record.cells
    if len(record.lines) > 1 and len(cells) < width and _is_several(record, width, delimiter):
        raise Unreadable("quote", record.line)
    return cells if ours is None else [formulas.unquote(cell) for cell in cells[:ours] + cells[ours + 1 :]]


def _is_several(record: Record, width: int, delimiter: str) -> bool:
    """Tells whether each line of a short record is a row of its own: a quotation mark that is not closed has swallowed
    the lines up to the next one."""
    return all(line.count(delimiter) == width - 1 for line in record.lines)


def _fit(cells: list[str], width: int) -> list[str]:
    if cells:
        cells += [""] * (width - len(cells))
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells
