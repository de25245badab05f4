"""A CSV file of people: its columns, which of them mean what, and the words for what is wrong with a row."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Field → how its column is often called, in small letters.
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
NEEDED = ("name", "email")
SENTENCES: Mapping[str, str] = {
    "missing_name": "The name is missing.",
    "missing_email": "The email address is missing.",
    "bad_email": "“%(value)s” is not an email address.",
    "twice": "Row %(value)s has the same email address.",
    "bad_language": "“%(value)s” is not a language code such as de or en.",
    "bad_time_zone": "“%(value)s” is not a time zone such as Europe/Berlin.",
    "no_team": "There is no active team “%(value)s”.",
    "too_long": "This is too long or contains a line break.",
    "cells": "The row has %(value)s cells, which is more than there are columns.",
    "failed": "The row could not be stored: %(value)s",
}


@dataclass(frozen=True)
class Problem:
    """`row` counts as spreadsheets do: the titles are row 1. `code` is one of SENTENCES, `value` belongs into it."""

    row: int
    field: str | None
    code: str
    value: str = ""

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code] % {"value": self.value}


@dataclass(frozen=True)
class Sheet:
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Field → column, of what can be told by the titles."""
    known = {title: field for field, titles in TITLES.items() for title in titles}
    found: dict[str, str] = {}
    for column in columns:
        field = known.get(column.casefold().replace("_", " "))
        if field and field not in found:
            found[field] = column
    return found


def titles(cells: Sequence[str]) -> list[str]:
    """Makes each title unique: an empty or repeated title gets its place as a name."""
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        found.append(cell if cell and cell not in found else f"{cell} {place}".strip())
    return found


def to_mend(sheet: Sheet, problems: Sequence[Problem]) -> str:
    """Returns the rows with a problem as CSV, with the reasons as a last column."""
    sentences: dict[int, list[str]] = {}
    for problem in problems:
        sentences.setdefault(problem.row, []).append(problem.sentence)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*sheet.columns, "Problem"])
    for row, reasons in sorted(sentences.items()):
        cells = sheet.rows[row - 2]
        padded = [*cells, *[""] * (len(sheet.columns) - len(cells))]
        writer.writerow([*map(_harmless, padded), " ".join(reasons)])
    return out.getvalue()


def _harmless(cell: str) -> str:
    # A spreadsheet would take it for a formula, and the file came from who knows where.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") and not cell[1:].replace(" ", "").isdecimal() else cell
