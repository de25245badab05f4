"""A CSV file of people: what its columns mean, and the rows that need to be corrected."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# Field → common titles of its column, in lower case.
TITLES: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "display name", "displayname", "vollständiger name", "anzeigename"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "mail address", "e-mail-adresse"),
    "phone": ("phone", "telephone", "phone number", "telefon", "telefonnummer"),
    "department": ("department", "abteilung"),
    "location": ("location", "office", "site", "standort", "ort"),
    "language": ("language", "locale", "sprache"),
    "time_zone": ("time zone", "timezone", "zeitzone"),
    "team": ("team", "group", "gruppe"),
}
FIELDS = tuple(TITLES)
# The last four are the full-width forms, which some spreadsheets take for the others.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NEEDED = ("name", "email")


@dataclass(frozen=True)
class Problem:
    """`row` is the number in a spreadsheet, where the titles are row 1. `code` is a key of row_problems.REASONS, whose
    sentence needs `value`."""

    row: int
    field: str | None
    code: str
    value: str = ""


@dataclass(frozen=True)
class Sheet:
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Returns field → column, for the fields that the titles tell."""
    known = {title: field for field, titles in TITLES.items() for title in titles}
    found: dict[str, str] = {}
    for column in columns:
        field = known.get(column.casefold().replace("_", " "))
        if field and field not in found:
            found[field] = column
    return found


def titles(cells: Sequence[str]) -> list[str]:
    """Returns unique titles: adds its position to a title that is empty or repeated."""
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        found.append(cell if cell and cell not in found else f"{cell} {place}".strip())
    return found


def to_mend(sheet: Sheet, problems: Iterable[tuple[int, str]]) -> str:
    """Returns the rows that have problems as CSV, with the sentences in the last column. A problem is row, sentence."""
    sentences: dict[int, list[str]] = {}
    for row, sentence in problems:
        sentences.setdefault(row, []).append(sentence)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(without_formula, [*sheet.columns, "Problem"]))
    for row, found in sorted(sentences.items()):
        cells = sheet.rows[row - 2]
        padded = [*cells, *[""] * (len(sheet.columns) - len(cells))]
        writer.writerow(map(without_formula, [*padded, " ".join(found)]))
    return out.getvalue()


def without_formula(cell: str) -> str:
    # A spreadsheet would run such a cell as a formula, and we do not know who wrote the file.
    shown = cell.lstrip()
    is_number = cell[:1] in ("+", "-") and cell[1:].replace(" ", "").isdecimal()
    return f"'{cell}" if shown.startswith(FORMULA) and not is_number else cell
