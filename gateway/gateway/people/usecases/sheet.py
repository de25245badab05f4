"""Reads a CSV file of people, and checks each row against what an account may hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gateway.people.domain.sheet import NEEDED, PARTS_OF_NAME, Problem, Sheet, full_name
from gateway.people.models import CreateUser
from gateway.people.row_problems import REASONS
from trackline_csv import MAX_COLUMNS, Table, Unreadable, read_text
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.text.keys import address_key, name_key

MAX_ROWS = 5000
# An import is one document of MongoDB, which holds 16 MB with the problems of the rows.
MAX_CELLS = 250_000
MAX_CHARACTERS = 1_000_000
# No field of an account is longer.
MAX_VALUE = 1000


@dataclass(frozen=True)
class Row:
    """`row` is its number in a spreadsheet. A row has either the account that it makes or problems."""

    row: int
    account: CreateUser | None
    problems: Sequence[Problem] = ()


def read(text: str, encoding: str = "utf-8") -> Sheet:
    """`encoding` is that of the file which the text comes from. Raises ServiceError invalid if this is not a CSV file
    with at least one row."""
    try:
        table = read_text(text, encoding)
        rows, several = _read_rows(table)
    except Unreadable as error:
        raise refuse_file(error) from error
    if not rows:
        raise refuse(reasons.people_import.CSV_WITHOUT_ROWS, pointer="/csv")
    return Sheet(table.columns, rows, table.first, table.form, several)


def _read_rows(table: Table) -> tuple[list[list[str]], list[int]]:
    """Returns the rows without empty cells at their ends, and the numbers of those that may be several rows."""
    rows: list[list[str]] = []
    several, count, cells, characters = [], 0, 0, sum(map(len, table.columns))
    for number, row in enumerate(table.rows, start=1):
        if not any(row):
            continue
        count = number
        if number > MAX_ROWS:
            continue
        rows += [[] for _ in range(number - 1 - len(rows))] + [_shorten(row)]
        several += [number - 1 + table.first] if row.is_doubtful else []
        cells, characters = cells + len(rows[-1]), characters + sum(map(len, rows[-1]))
        if cells > MAX_CELLS or characters > MAX_CHARACTERS:
            raise refuse(
                reasons.people_import.CSV_TOO_LARGE, pointer="/csv", cells=MAX_CELLS, characters=MAX_CHARACTERS
            )
    if count > MAX_ROWS:
        raise refuse(reasons.people_import.CSV_TOO_MANY_ROWS, pointer="/csv", rows=count, most=MAX_ROWS)
    return rows, several


def _shorten(row: Iterable[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def refuse_file(error: Unreadable) -> ServiceError:
    """Returns the refusal of a file that cannot be read."""
    if error.why == "quote":
        return refuse(reasons.people_import.CSV_QUOTE_NOT_CLOSED, pointer="/csv", line=error.line)
    if error.why == "encoding":
        return refuse(reasons.people_import.NOT_A_CSV_FILE, pointer="/csv", line=error.line)
    if error.why == "columns":
        return refuse(reasons.people_import.CSV_TOO_MANY_COLUMNS, pointer="/csv", most=MAX_COLUMNS)
    if error.why == "workbook":
        return refuse(reasons.people_import.FILE_IS_A_WORKBOOK, pointer="/csv")
    return refuse(reasons.people_import.CSV_WITHOUT_ROWS, pointer="/csv")


def check(sheet: Sheet, mapping: Mapping[str, str], teams: Mapping[str, str]) -> Iterator[Row]:
    """Yields a Row for each row that is not empty. `mapping` is field → column. `teams` is name_key → id of the
    teams; the account of a row with a team may reply in it."""
    places = {field: sheet.columns.index(column) for field, column in mapping.items()}
    rows_of: dict[str, int] = {}
    several = frozenset(sheet.several)
    for number, cells in enumerate(sheet.rows, start=sheet.first):
        if not any(cells):
            continue
        if len(cells) > len(sheet.columns) and any(cells[len(sheet.columns) :]):
            yield Row(number, None, [Problem(number, None, "cells", str(len(cells)))])
            continue
        if number in several:
            yield Row(number, None, [Problem(number, None, "several")])
            continue
        values = {field: cells[place] for field, place in places.items() if place < len(cells) and cells[place]}
        row = _check(number, values, teams)
        email = address_key(values["email"]) if row.account else ""
        if row.account and rows_of.setdefault(email, number) != number:
            row = Row(number, None, [Problem(number, "email", "twice", str(rows_of[email]))])
        yield row


def _check(number: int, values: Mapping[str, str], teams: Mapping[str, str]) -> Row:
    if long := next((field for field, value in values.items() if len(value) > MAX_VALUE), None):
        return Row(number, None, [Problem(number, long, "too_long", values[long][:100])])
    if lost := next((field for field, value in values.items() if "\ufffd" in value), None):
        return Row(number, None, [Problem(number, lost, "letters_lost", values[lost][:100])])
    values = {**values, "name": full_name(values)}
    problems = [Problem(number, field, f"missing_{field}") for field in NEEDED if not values.get(field)]
    team = values.get("team")
    if team and name_key(team) not in teams:
        problems.append(Problem(number, "team", "no_team", team))
    if problems:
        return Row(number, None, problems)
    fields = {field: value for field, value in values.items() if field not in ("email", "team", *PARTS_OF_NAME)}
    fields |= {"language": fields["language"].lower()} if "language" in fields else {}
    roles = {teams[name_key(team)]: "reply"} if team else {}
    try:
        account = CreateUser.model_validate({**fields, "emails": [values["email"]], "teams": roles})
    except ValidationError as error:
        return Row(number, None, [_problem(number, entry, values) for entry in error.errors()])
    return Row(number, account)


def _problem(number: int, error: Mapping[str, Any], values: Mapping[str, str]) -> Problem:
    member = str(error["loc"][0])
    field = "email" if member == "emails" else member
    code = next((name for name in (error["type"], f"bad_{field}") if name in REASONS), "too_long")
    return Problem(number, field, code, values[field][:100])
