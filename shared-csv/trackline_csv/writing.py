"""Writes a CSV file in a given form."""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trackline_csv.cells import DELIMITERS
from trackline_csv.encodings import decode
from trackline_csv.errors import Unreadable
from trackline_csv.form import Form

# The registered names of encodings where Python has others.
_CHARSETS = {
    **{f"cp{number}": f"windows-{number}" for number in (1250, 1251, 1252, 1253, 1254, 1257)},
    **{f"cp{number}": f"IBM{number}" for number in (437, 850, 852, 857, 866)},
    "iso8859-2": "ISO-8859-2",
    "iso8859-15": "ISO-8859-15",
    "mac-roman": "macintosh",
    # An earlier release kept this name.
    "mac_roman": "macintosh",
}
_BOM = "\ufeff"
_QUOTED = frozenset(("\r", "\n", '"', *DELIMITERS))


@dataclass(frozen=True)
class Written:
    content: bytes
    charset: str


def write(rows: Iterable[Sequence[str]], form: Form) -> Written:
    """Writes UTF-8 with a byte order mark if the form's encoding does not have all of the characters, or would be taken
    for another one."""
    begin = f"{_BOM if form.bom else ''}{f'sep={form.delimiter}{form.line_end}' if form.declared else ''}"
    text = begin + lines(rows, form)
    try:
        content = text.encode(form.encoding)
        if decode(content)[0] == text:
            return Written(content, _charset(form))
    except (UnicodeEncodeError, Unreadable):
        pass
    return Written(codecs.BOM_UTF8 + text.removeprefix(_BOM).encode(), "utf-8")


def _charset(form: Form) -> str:
    """Returns the registered name of the encoding. With a byte order mark, that of UTF-16 does not tell the order."""
    name = _CHARSETS.get(form.encoding, form.encoding)
    return name.removesuffix("-le").removesuffix("-be") if form.bom else name


def lines(rows: Iterable[Sequence[str]], form: Form = Form()) -> str:
    return "".join(_line(row, form) for row in rows)


def _line(row: Sequence[str], form: Form) -> str:
    text = form.delimiter.join(_cell(cell, form.delimiter) for cell in row)
    return f"{text or chr(34) * 2}{form.line_end}"


def _cell(cell: str, delimiter: str) -> str:
    # A cell with any delimiter is quoted, so that a reader cannot take the wrong one.
    is_plain = cell.strip(" ") == cell and delimiter not in cell and _QUOTED.isdisjoint(cell)
    return cell if is_plain else '"' + cell.replace('"', '""') + '"'
