"""Reads a CSV file of people, and checks each row against what an account may hold."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gateway.people.domain.sheet import NEEDED, PARTS_OF_NAME, Problem, Sheet, full_name
from gateway.people.domain.swallowed import holds_several_people
from gateway.people.models import CreateUser
from gateway.people.row_problems import REASONS
from trackline_csv import MAX_COLUMNS, Doubt, Table, Unreadable, decode, read_text
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.text.keys import address_key, name_key

MAX_ROWS = 5000
# An import is one document of MongoDB, which holds 16 MB with the problems of the rows.
MAX_BYTES = 7_000_000
# The file itself is packed, so that it can be read again in another encoding.
MAX_PACKED_BYTES = 4_000_000
# So much stands around a cell of a document.
_BESIDE_A_CELL = 12
# No field of an account is longer.
MAX_VALUE = 1000
# An import holds so much of a value that is wrong, in bytes.
_SHOWN = 120


@dataclass(frozen=True)
class Row:
    """`row` is its number in a spreadsheet. A row has either the account that it makes or problems."""

    row: int
    account: CreateUser | None
    problems: Sequence[Problem] = ()


def read(text: str, encoding: str = "utf-8", doubts: Sequence[Doubt] = ()) -> Sheet:
    """`encoding` is that of the file which the text comes from. Raises ServiceError invalid if this is not a CSV file
    with at least one row."""
    try:
        table = read_text(text, encoding, doubts)
        rows = _read_rows(table)
    except Unreadable as error:
        raise _refuse_file(error) from error
    if not rows:
        raise refuse(reasons.people_import.CSV_WITHOUT_ROWS, pointer="/csv")
    return Sheet(table.columns, rows, table.first, table.form, table.doubts)


def read_file(content: bytes, named: str | None = None) -> Sheet:
    """`named` is the encoding, if somebody has named it. Raises ServiceError invalid."""
    try:
        return read(*decode(content, named))
    except Unreadable as error:
        raise _refuse_file(error) from error


def pack(content: bytes) -> bytes:
    packed = zlib.compress(content)
    if len(packed) > MAX_PACKED_BYTES:
        raise _too_large()
    return packed


def unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed)


def _read_rows(table: Table) -> list[list[str]]:
    """Returns the rows without empty cells at their ends."""
    rows: list[list[str]] = []
    count, size = 0, _size(table.columns)
    for number, row in enumerate(table.rows, start=1):
        if not any(row):
            continue
        count = number
        if number > MAX_ROWS:
            continue
        rows += [[] for _ in range(number - 1 - len(rows))] + [_shorten(row)]
        size += _size(rows[-1])
        if size > MAX_BYTES:
            raise _too_large()
    if count > MAX_ROWS:
        raise refuse(reasons.people_import.CSV_TOO_MANY_ROWS, pointer="/csv", rows=count, most=MAX_ROWS)
    return rows


def _too_large() -> ServiceError:
    return refuse(reasons.people_import.CSV_TOO_LARGE, pointer="/csv", megabytes=MAX_BYTES // 1_000_000)


def _size(cells: Sequence[str]) -> int:
    return sum(len(cell.encode()) + _BESIDE_A_CELL for cell in cells)


def _shorten(row: Iterable[str]) -> list[str]:
    cells = [_strip(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _strip(cell: str) -> str:
    """Keeps that a cell begins with a line break: the rest may be another row."""
    text = cell.strip()
    return f"\n{text}" if text and cell.lstrip(" \t").startswith(("\r", "\n")) else text


def _refuse_file(error: Unreadable) -> ServiceError:
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


def check(sheet: Sheet, mapping: Mapping[str, str], teams: Mapping[str, str], multiline: bool = False) -> Iterator[Row]:
    """Yields a Row for each row that is not empty. `mapping` is field → column. `teams` is name_key → id of the
    teams; the account of a row with a team may reply in it. `multiline` tells that no row holds several people."""
    places = {field: sheet.columns.index(column) for field, column in mapping.items()}
    rows_of: dict[str, int] = {}
    for number, cells in enumerate(sheet.rows, start=sheet.first):
        if not any(cells):
            continue
        if len(cells) > len(sheet.columns) and any(cells[len(sheet.columns) :]):
            yield Row(number, None, [Problem(number, None, "cells", str(len(cells)))])
            continue
        if not multiline and holds_several_people(cells, places["email"], sheet.form.delimiter):
            yield Row(number, None, [Problem(number, None, "several")])
            continue
        values = {field: cells[place].strip() for field, place in places.items() if place < len(cells) and cells[place]}
        row = _check(number, values, teams)
        email = address_key(values["email"]) if row.account else ""
        if row.account and rows_of.setdefault(email, number) != number:
            row = Row(number, None, [Problem(number, "email", "twice", str(rows_of[email]))])
        yield row


def _check(number: int, values: Mapping[str, str], teams: Mapping[str, str]) -> Row:
    if long := next((field for field, value in values.items() if len(value) > MAX_VALUE), None):
        return Row(number, None, [Problem(number, long, "too_long")])
    if lost := next((field for field, value in values.items() if "\ufffd" in value), None):
        return Row(number, None, [Problem(number, lost, "letters_lost", _shown(values[lost]))])
    values = {**values, "name": full_name(values)}
    problems = [Problem(number, field, f"missing_{field}") for field in NEEDED if not values.get(field)]
    team = values.get("team")
    if team and name_key(team) not in teams:
        problems.append(Problem(number, "team", "no_team", _shown(team)))
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
    return Problem(number, field, code, "" if code == "too_long" else _shown(values[field]))


def _shown(value: str) -> str:
    return value.encode()[:_SHOWN].decode(errors="ignore")
