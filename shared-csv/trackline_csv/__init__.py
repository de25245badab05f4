"""Reads and writes CSV files in every form in which spreadsheets and directories save them.

The gateway and the command line share this package, so it imports the standard library and a list of common words only.
"""

from trackline_csv.cells import readings
from trackline_csv.encodings import ENCODINGS, Doubt, Encoding, decode
from trackline_csv.errors import MAX_COLUMNS, Unreadable
from trackline_csv.form import Form
from trackline_csv.formulas import quote, unquote
from trackline_csv.mending import PROBLEM, write_to_mend
from trackline_csv.reading import Row, Table, open_table, read_text
from trackline_csv.titles import clean, key, unique
from trackline_csv.writing import Written, lines, write

__all__ = [
    "ENCODINGS",
    "MAX_COLUMNS",
    "PROBLEM",
    "Doubt",
    "Encoding",
    "Form",
    "Row",
    "Table",
    "Unreadable",
    "Written",
    "clean",
    "decode",
    "key",
    "lines",
    "open_table",
    "quote",
    "read_text",
    "readings",
    "unique",
    "unquote",
    "write",
    "write_to_mend",
]
