"""Reads a CSV file of any common form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from trackline_csv import formulas, titles
from trackline_csv.cells import Record, find_delimiter, is_blank, readings, split
from trackline_csv.encodings import Doubt, has_many_controls, recognise
from trackline_csv.errors import MAX_COLUMNS, Unreadable
from trackline_csv.form import Form
from trackline_csv.mending import PROBLEM

# The lines from which the delimiter is found.
_HEAD = 200
_LINE_END = re.compile("[\r\n]")
# A comma of 1,500 or of 10:00:00,123 ends no cell, and a delimiter inside a web address may end none.
_NO_ENDS = re.compile(r"(?<=\d),(?=\d)|://\S*")
# A spreadsheet that saves this line as a row adds empty cells.
_DECLARATION = re.compile(r'"?sep=([^\w"\r\n])"?\1*', re.IGNORECASE)


class Row(list[str]):
    """The cells of a row. `line` is the number of its first line in the file, and `given` is the number of cells that
    the line has: the others were added. A row over several lines may be several ones, because a quotation mark that is
    not closed has swallowed the lines up to the next one. `is_doubtful` tells that they look so."""

    def __init__(self, cells: Iterable[str], line: int, width: int, is_doubtful: bool = False) -> None:
        super().__init__(cells)
        self.line, self.given, self.is_doubtful = line, len(self), is_doubtful
        if self:
            self += [""] * (width - len(self))
        while len(self) > width and not self[-1]:
            self.pop()


@dataclass(frozen=True)
class Table:
    """`columns` are unique titles, and `repeated` are those that several columns have in the file. `first` is the
    number that a spreadsheet shows for the first row. `doubts` are words that may be others. Each of `rows` has at
    least as many cells as there are columns, except that an empty line has none. They are read from the file one by
    one, which may raise Unreadable."""

    form: Form
    columns: Sequence[str]
    repeated: Sequence[str]
    first: int
    rows: Iterator[Row]
    doubts: Sequence[Doubt] = ()


@contextmanager
def open_table(path: Path, named: str | None = None) -> Iterator[Table]:
    """Keeps the file open, so that a long one is never in memory as a whole. `named` is the encoding, if somebody has
    named it. Raises Unreadable."""
    with path.open("rb") as file:
        encoding, doubts = recognise(file, named)
    with path.open(encoding=encoding, newline="") as lines:
        yield _table(lines, encoding, doubts)


def read_text(text: str, encoding: str = "utf-8", doubts: Sequence[Doubt] = ()) -> Table:
    """`encoding` is that of the file which the text comes from. Raises Unreadable."""
    return _table(StringIO(text, newline=""), encoding, doubts)


def _table(lines: Iterable[str], encoding: str, doubts: Sequence[Doubt]) -> Table:
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
    named = _titles(header, ours)
    columns = titles.unique(named)
    rows = (_row(record, header, delimiter, ours, len(columns)) for record in records)
    return Table(form, columns, titles.repeated(named), blank + 2, rows, doubts)


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


def _titles(header: Record, ours: int | None) -> list[str]:
    cells = _without_ours(header.cells, ours)
    # A spreadsheet fills up the lines, either to the longest row of a file to correct or to all columns that it has.
    is_filled_up = ours is not None or len(cells) > MAX_COLUMNS
    while is_filled_up and cells and not cells[-1].strip():
        cells.pop()
    # A file to correct may also have a column of references.
    if len(cells) > MAX_COLUMNS + (ours is not None):
        raise Unreadable("columns", header.line)
    if has_many_controls("".join(cells)):
        raise Unreadable("encoding", header.line)
    return cells


def _row(record: Record, header: Record, delimiter: str, ours: int | None, columns: int) -> Row:
    cells = _without_ours(record.cells, ours)
    if len(record.lines) == 1:
        return Row(cells, record.line, columns)
    is_doubtful = any(delimiter in cell for cell in record.cells) and _is_doubtful(record, header, delimiter, ours)
    return Row(cells, record.line, columns, is_doubtful)


def _is_doubtful(record: Record, header: Record, delimiter: str, ours: int | None) -> bool:
    is_several = len(record.cells) < len(header.cells) and _is_several(record, len(header.cells), delimiter)
    return (
        is_several
        or _has_rows_inside(record, header, delimiter, ours)
        or _has_short_rows(record, header, delimiter, ours)
    )


def _has_rows_inside(record: Record, header: Record, delimiter: str, ours: int | None) -> bool:
    lines = (line for line in record.lines[1:] if line.count('"') % 2 == 0 or _ends_cell_inside(line, delimiter))
    others = (cells for line in lines for cells in readings(line, delimiter))
    # Lines inside of a cell lack the columns that were added to a file to correct: ours, and one for references.
    widths = range(len(header.cells) - (0 if ours is None else 2), len(header.cells) + 1)
    return any(len(line) in widths and _looks_like_row(line, header.cells) for line in others)


def _without_ours(cells: list[str], ours: int | None) -> list[str]:
    return cells if ours is None else [formulas.unquote(cell) for cell in cells[:ours] + cells[ours + 1 :]]


def _is_several(record: Record, width: int, delimiter: str) -> bool:
    """Tells whether each line of a short record is a row of its own: a quotation mark that is not closed has swallowed
    the lines up to the next one."""
    return all(line.count(delimiter) == width - 1 for line in record.lines)


def _has_short_rows(record: Record, header: Record, delimiter: str, ours: int | None) -> bool:
    """Tells whether a cell over several lines may hold rows that leave out the empty cells at their ends. If the record
    itself leaves out some, so do the others. If it does not, a line of a text may have a delimiter by chance, and the
    first and the last line are parts of rows. Numbers and web addresses of a text fill neither all columns nor all
    lines."""
    # The rows of a file to correct were filled up.
    is_short = ours is not None or len(record.cells) < len(header.cells)
    parts = [_LINE_END.split(cell) for cell in record.cells if _LINE_END.search(cell)]
    lines = (line.split(delimiter) for part in parts for line in (part if is_short else part[1:-1]))
    widths = range(2 if is_short else 3, len(header.cells) + 1)
    are_rows = is_short and all(delimiter in line for line in record.lines)
    return any(
        len(line) in widths
        and _looks_like_row(line, header.cells)
        and (are_rows or len(line) == len(header.cells) or _ends_cell(delimiter.join(line), delimiter))
        for line in lines
    )


def _looks_like_row(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Sentences have blanks behind their commas, but the rows of a file only if its titles have them. “Hello,” has
    nothing behind its only comma."""
    is_one_text = len(cells) < 3 and not "".join(cells[1:]).strip()
    return not is_one_text and (_has_blanks(header) or not _has_blanks(cells))


def _ends_cell_inside(last: str, delimiter: str) -> bool:
    """Looks at what the last line has of the cell that began above it, not at the cells behind this one."""
    return _ends_cell(last.partition(f'"{delimiter}')[0], delimiter)


def _ends_cell(line: str, delimiter: str) -> bool:
    return delimiter in _NO_ENDS.sub("", line)


def _has_blanks(cells: Sequence[str]) -> bool:
    return any(cell.startswith(" ") for cell in cells[1:])
