"""Reads an incident log of ServiceNow. Each row is a snapshot of an incident after an update. Times are in UTC."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from trackline_cli.api import Json
from trackline_cli.csv_files import SEVERAL, UnusableFile
from trackline_csv import Doubt, Encoding, Form, key, open_table

Row = Mapping[str, str]

TIME = "%d-%m-%Y %H:%M"
EMPTY = "?"
STATES = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "pending",
    "Resolved": "resolved",
    "Closed": "closed",
}
# A row becomes an event only if the value of one of these columns changes, or if it is a further Resolved row, which
# moves the time of the resolution.
WATCHED = ("incident_state", "assignment_group", "assigned_to", "priority", "category")
NEEDED = (
    "number opened_at opened_by caller_id sys_updated_at sys_updated_by sys_mod_count impact urgency u_symptom"
).split()
PEOPLE = ("requester_id", "assignee_id")
# Python converts no number of more than 4,300 digits.
LONGEST_NUMBER = 18
# The changes that follow from the columns of WATCHED.
COMPARED = ("state", "team_id", "assignee_id", "priority", "category_id")


class Unreadable(Exception):
    """A cell has no valid value. The message names the cell and says what it should contain."""


@dataclass
class Log:
    """Histories that have names in place of ids. `failed` maps the numbers of incidents to reasons. `doubts` are words
    that may be others in another `encoding`."""

    rows: int = 0
    events: int = 0
    histories: list[Json] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    doubts: Sequence[Doubt] = ()

    def names_in(self, *fields: str) -> list[str]:
        """Returns the distinct names in these fields of all changes, in the order of their appearance."""
        changes = (step["changes"] for history in self.histories for step in history["steps"])
        return list(dict.fromkeys(one[name] for one in changes for name in fields if one.get(name)))

    @property
    def people(self) -> list[str]:
        actors = [step["actor_id"] for history in self.histories for step in history["steps"]]
        return list(dict.fromkeys([*self.names_in(*PEOPLE), *actors]))


def read(path: Path, source: str, encoding: Encoding | None = None, multiline: bool = False) -> Log:
    """`multiline` tells that cells over several lines are right. Raises UnusableFile or Unreadable if the file is not
    such a log."""
    log = Log()
    for number, rows in _incidents(path, log, encoding, multiline).items():
        log.rows += len(rows)
        if number in log.failed:
            continue
        try:
            history = _history(number, rows, source)
        except Unreadable as error:
            log.failed[number] = str(error)
            continue
        log.histories.append(history)
        log.events += len(history["steps"])
    return log


def to_mend(
    path: Path, failed: Mapping[str, str], encoding: Encoding | None = None
) -> tuple[Sequence[str], list[tuple[Sequence[str], str]], Form]:
    """Returns the columns, the rows of the incidents that failed, each with its line and the reason, and the form of
    the file. `failed` maps the numbers of incidents to reasons."""
    with open_table(path, encoding) as table:
        place = _places(table.columns)["number"]
        numbered = ((_clean(row[place]), row) for row in filter(any, table.rows))
        rejected: list[tuple[Sequence[str], str]] = [
            (row, f"Line {row.line}: {failed[number]}") for number, row in numbered if number in failed
        ]
        return table.columns, rejected, table.form


def _incidents(path: Path, log: Log, encoding: Encoding | None, multiline: bool) -> dict[str, list[Row]]:
    """Adds to the log how the file is written, and the incidents that fail because a row has cells too many or too
    few."""
    found: dict[str, list[Row]] = defaultdict(list)
    with open_table(path, encoding) as table:
        log.encoding, log.doubts = table.form.named, table.doubts
        places = _places(table.columns)
        if repeated := [title for title in table.repeated if key(title) in map(key, places)]:
            raise UnusableFile(f"several columns have the title {', '.join(repeated)}.")
        for row in filter(any, table.rows):
            cells = {name: _clean(row[place]) for name, place in places.items()}
            if len(row) > len(table.columns) or row.given <= max(places.values()):
                log.failed[cells["number"]] = f"line {row.line} has {row.given} cells for {len(table.columns)} columns"
            elif row.is_doubtful and not multiline:
                log.failed[cells["number"]] = f"line {row.line} {SEVERAL}"
            # Exports may contain rows twice. An update has its number, so equal rows are the same update.
            if cells not in found[cells["number"]]:
                found[cells["number"]].append(cells)
    if not found:
        raise UnusableFile("it has no rows below the titles.")
    return found


def _places(columns: Sequence[str]) -> dict[str, int]:
    """Returns the places of the columns that are read. Raises UnusableFile if one of them is missing."""
    places = {key(column): place for place, column in reversed(list(enumerate(columns)))}
    missing = [name for name in (*NEEDED, *WATCHED) if key(name) not in places]
    if missing:
        raise UnusableFile(f"the first line does not name {', '.join(missing)}.")
    return {name: places[key(name)] for name in (*NEEDED, *WATCHED)}


def _clean(cell: str) -> str:
    return " ".join(cell.split())


def _history(number: str, rows: Sequence[Row], source: str) -> Json:
    ordered = sorted(rows, key=lambda row: (_time(row, "sys_updated_at"), _integer(row, "sys_mod_count")))
    first = ordered[0]
    if not number:
        raise Unreadable("the number is missing")
    if len(times := sorted({row["opened_at"] for row in rows})) > 1:
        raise Unreadable(f"several incidents have this number: they were opened at {', '.join(times)}")
    opened_at = _time(first, "opened_at")
    opener = _name(first["opened_by"]) or _name(first["caller_id"]) or "Unknown"
    opening = _step(first, opened_at, opener)
    opening["changes"] |= {"title": _title(first), "requester_id": _name(first["caller_id"]) or "Unknown"}
    later = [
        _step(row, max(opened_at, _time(row, "sys_updated_at")), _name(row["sys_updated_by"]) or opener)
        for row in ordered[1:]
    ]
    events = [step for before, step in pairwise([opening, *later]) if _is_event(before, step)]
    return {"source": source, "external_ref": number, "channel": "phone", "steps": [opening, *events]}


def _is_event(before: Json, step: Json) -> bool:
    """Compares what the tickets service will compare, so that the number of events that is announced is the number that
    is written: several texts may stand for one state, and several spellings for one person."""
    was, now = before["changes"], step["changes"]
    if now["state"] == was["state"] == "resolved":
        return True
    return any(_identity(name, was[name]) != _identity(name, now[name]) for name in COMPARED)


def _identity(name: str, value: str | int | None) -> str | int | None:
    return slug(value) if name in PEOPLE and isinstance(value, str) else value


def slug(name: str) -> str:
    """Returns what tells people apart: people whose names have the same slug share an account."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"


def _step(row: Row, at: datetime, actor: str) -> Json:
    changes = {
        "state": _state(row),
        "impact": _level(row, "impact"),
        "urgency": _level(row, "urgency"),
        "priority": _level(row, "priority"),
        "team_id": _name(row["assignment_group"]),
        "assignee_id": _name(row["assigned_to"]),
        "category_id": _name(row["category"]),
    }
    return {"time": at.isoformat(), "actor_id": actor, "changes": changes}


def _title(row: Row) -> str:
    """Returns a title from the category and the symptom, because the log contains no texts."""
    known = [name for name in (_name(row["category"]), _name(row["u_symptom"])) if name]
    return ": ".join(known) or f"Incident {row['number']}"


def _name(cell: str) -> str | None:
    """Returns None for an empty cell."""
    return None if cell in ("", EMPTY) else cell


def _state(row: Row) -> str:
    state = row["incident_state"]
    if state not in STATES and not state.startswith("Awaiting"):
        raise Unreadable(f"incident_state {state!r} is none of {', '.join(STATES)}, Awaiting …")
    return STATES.get(state, "on_hold")


def _level(row: Row, column: str) -> int:
    """Returns the number of a cell such as “3 - Moderate”."""
    digit = row[column][:1]
    if not digit.isdecimal():
        raise Unreadable(f"{column} {row[column]!r} does not begin with a number as in “2 - Medium”")
    return int(digit)


def _integer(row: Row, column: str) -> int:
    if not row[column].isdecimal() or len(row[column]) > LONGEST_NUMBER:
        raise Unreadable(f"{column} {row[column]!r} is not a whole number")
    return int(row[column])


def _time(row: Row, column: str) -> datetime:
    try:
        return datetime.strptime(row[column], TIME).replace(tzinfo=UTC)
    except ValueError:
        raise Unreadable(f"{column} {row[column]!r} is not a time such as 29-02-2016 01:16") from None
