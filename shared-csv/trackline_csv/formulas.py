"""Keeps spreadsheets from running cells of the files that we write: nobody knows who wrote the texts in them.

A spreadsheet may also split a cell at another character than ours: German ones read a comma as text and split at
semicolons, and then the rest of a text begins a cell.
"""

import re

# The last ones are what a spreadsheet for East Asian scripts takes for the first four.
BEGINNINGS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_SEPARATORS = ",;|\t\r\n"
# Apostrophes of our own, quotation marks of a wrong cell, and blanks, controls and invisible characters, which an
# import may leave out before the cell is read.
_SKIPPED = (
    "'\"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_PLACES = rf"(?:\A(?='*[\t\r\n])|(?:\A|(?<=[{_SEPARATORS}]))(?=[{_SKIPPED}]*[{BEGINNINGS}]))"
_HERE = re.compile(_PLACES)
_MARKED = re.compile(f"{_PLACES}'")


def quote(cell: str) -> str:
    """Puts an apostrophe before what a spreadsheet would run as a formula, at the beginning of the text and behind each
    character that may separate cells. What looks like the result gets one more, so that `unquote` returns every text
    as it was."""
    return _HERE.sub("'", cell)


def unquote(cell: str) -> str:
    """Reverts `quote`."""
    return _MARKED.sub("", cell)
