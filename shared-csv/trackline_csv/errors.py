"""Why a file cannot be read."""

from collections.abc import Mapping
from typing import Literal

# Excel has 16,384 columns, but no list needs so many.
MAX_COLUMNS = 500
Why = Literal["empty", "workbook", "quote", "encoding", "columns"]

SENTENCES: Mapping[Why, str] = {
    "empty": "It is empty: the first line must name the columns.",
    "workbook": "It is a workbook of a spreadsheet. Save the sheet as “CSV UTF-8”.",
    "quote": "The quotation mark in line {line} is never closed. Close it, or double it if it belongs to the text.",
    "encoding": "Trackline cannot tell which letters line {line} contains."
    " Name the encoding of the file, or save it as “CSV UTF-8”.",
    "columns": f"It has more than {MAX_COLUMNS} columns. Leave out the columns that are not needed.",
}


class Unreadable(ValueError):
    """`line` counts the lines of the file from 1, as a text editor does. It is 0 if the whole file is meant."""

    def __init__(self, why: Why, line: int = 0) -> None:
        super().__init__(SENTENCES[why].format(line=line))
        self.why = why
        self.line = line
