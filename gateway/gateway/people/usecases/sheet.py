"""Reads a CSV file of people, and checks each row against what an account may hold."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from gateway.people.domain.sheet import NEEDED, SENTENCES, Problem, Sheet, titles
from gateway.people.models import CreateUser
from trackline_schemas.errors import reasons, refuse

MAX_ROWS = 5000


@dataclass(frozen=True)
class Checked:
    """A row: the account that it makes, or what is wrong with it."""

    row: int
    account: CreateUser | None
    problems: Sequence[Problem] = ()


def read(text: str) -> Sheet:
    """By comma, semicolon or tab. Raises ServiceError invalid where there is nothing to read."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    try:
        lines = [[cell.strip() for cell in line] for line in reader]
    except csv.Error as error:
        raise refuse(reasons.people_import.NOT_A_CSV_FILE, pointer="/csv", line=reader.line_num) from error
    while lines and not any(lines[-1]):
        lines.pop()
    if len(lines) < 2:
        raise refuse(reasons.people_import.CSV_WITHOUT_ROWS, pointer="/csv")
    if len(lines) > MAX_ROWS + 1:
        raise refuse(reasons.people_import.CSV_TOO_MANY_ROWS, pointer="/csv", rows=len(lines) - 1, most=MAX_ROWS)
    return Sheet(titles(lines[0]), lines[1:])


def check(
    sheet: Sheet, mapping: Mapping[str, str], teams: Mapping[str, str], defaults: Mapping[str, str]
) -> Iterator[Checked]:
    """`teams` is name in small letters → id; whoever has one may reply in it. Empty rows are left out."""
    places = {field: sheet.columns.index(column) for field, column in mapping.items()}
    rows_of: dict[str, int] = {}
    for number, cells in enumerate(sheet.rows, start=2):
        if not any(cells):
            continue
        if len(cells) > len(sheet.columns) and any(cells[len(sheet.columns) :]):
            yield Checked(number, None, [Problem(number, None, "cells", str(len(cells)))])
            continue
        given = {field: cells[place] for field, place in places.items() if place < len(cells) and cells[place]}
        checked = _checked(number, given, teams, defaults)
        email = given.get("email", "").lower()
        if checked.account and rows_of.setdefault(email, number) != number:
            checked = Checked(number, None, [Problem(number, "email", "twice", str(rows_of[email]))])
        yield checked


def _checked(number: int, given: Mapping[str, str], teams: Mapping[str, str], defaults: Mapping[str, str]) -> Checked:
    problems = [Problem(number, field, f"missing_{field}") for field in NEEDED if field not in given]
    team = given.get("team")
    if team and team.casefold() not in teams:
        problems.append(Problem(number, "team", "no_team", team))
    if problems:
        return Checked(number, None, problems)
    fields = {field: value for field, value in given.items() if field not in ("email", "team")}
    fields |= {"language": fields["language"].lower()} if "language" in fields else {}
    members = {teams[team.casefold()]: "reply"} if team else {}
    try:
        account = CreateUser.model_validate({**defaults, **fields, "emails": [given["email"]], "teams": members})
    except ValidationError as error:
        return Checked(number, None, [_problem(number, str(entry["loc"][0]), given) for entry in error.errors()])
    return Checked(number, account)


def _problem(number: int, member: str, given: Mapping[str, str]) -> Problem:
    field = "email" if member == "emails" else member
    code = f"bad_{field}"
    return Problem(number, field, code if code in SENTENCES else "too_long", given[field][:100])
