"""The lines of a text, as everything here sees them: those of plain text, and those that HTML would show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.mail_reading.mail import Fold

# Programs put them round names in texts from right to left, and in front of days.
_DIRECTIONS = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_MARKS = re.compile(r"^(?:[ \t]{0,3}>){1,50}")


@dataclass(frozen=True)
class Line:
    """`depth` is how often it is quoted. `mark` and `last` are what a program has marked: the line, and that everything
    from it to the end is a quote. `ruled` lines have a drawn line above them."""

    text: str
    depth: int = 0
    mark: Fold | None = None
    last: bool = False
    ruled: bool = False

    @property
    def blank(self) -> bool:
        return not self.text


def lines_of(text: str) -> list[Line]:
    return [_line(line) for line in text.split("\n")]


def _line(line: str) -> Line:
    line = line.translate(_DIRECTIONS)
    marks = _MARKS.match(line)
    if not marks:
        return Line(line.strip())
    return Line(line[marks.end() :].strip(), marks[0].count(">"))


def following(lines: Sequence[Line], at: int) -> Line | None:
    """Returns the first line from there that is not blank."""
    return next((line for line in lines[at : at + 6] if not line.blank), None)
