"""Why a file cannot be read."""

from collections.abc import Mapping
from typing import Literal

Why = Literal["empty", "workbook", "quote", "encoding"]

SENTENCES: Mapping[Why, str] = {
    "empty": "It is empty: the first line must name the columns.",
    "workbook": "It is a workbook of a spreadsheet. Save the sheet as “CSV UTF-8”.",
    "quote": "The quotation mark in line {line} is never closed. Close it, or double it if it belongs to the text.",
    "encoding": "Line {line} contains characters that cannot be read. Save the file as “CSV UTF-8”.",
}


class Unreadable(ValueError):
    """`line` counts the lines of the file from 1, as a text editor does. It is 0 if the whole file is meant."""

    def __init__(self, why: Why, line: int = 0) -> None:
        super().__init__(SENTENCES[why].format(line=line))
        self.why = why
        self.line = line
