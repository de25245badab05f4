"""Imports ServiceNow logs with the real command: a real log, if it is beside the checkout, and a small one of ours."""

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness import oracle
from harness.api import Api
from harness.oracle import History
from harness.truth import Truth
from trackline_local.system import System

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "incident_event_log.csv"
COLUMNS = [
    *("number opened_at opened_by caller_id sys_updated_at sys_updated_by sys_mod_count impact urgency".split()),
    *("u_symptom reassignment_count".split()),
    *oracle.WATCHED,
]
# Number → (opened at, rows of: minutes after that, state, group, resolver, impact, urgency, priority, category).
INCIDENTS = {
    "INC0000001": (
        "29-02-2016 09:00",
        [
            (-5, "New", "?", "?", 2, 2, 3, "?"),
            (10, "New", "Group 1", "?", 2, 2, 3, "Category 4"),
            (10, "Active", "Group 1", "Resolver 7", 2, 2, 3, "Category 4"),
            (30, "Active", "Group 1", "Resolver 7", 2, 3, 3, "Category 4"),
            (55, "Awaiting User Info", "Group 1", "Resolver 7", 2, 2, 2, "Category 4"),
            (1500, "Resolved", "Group 1", "Resolver 7", 2, 2, 2, "Category 4"),
            (1510, "Resolved", "Group 1", "Resolver 7", 2, 2, 2, "Category 4"),
            (1510, "Resolved", "Group 1", "Resolver 7", 2, 2, 2, "Category 4"),
            (8700, "Closed", "Group 1", "Resolver 7", 2, 2, 2, "Category 4"),
        ],
    ),
    "INC0000002": (
        "01-03-2016 23:10",
        [
            (0, "Active", "Group 2", "Resolver 8", 1, 1, 1, "Category 5"),
            (50, "Awaiting Vendor", "Group 2", "Resolver 8", 1, 1, 1, "Category 5"),
            (90, "Resolved", "Group 2", "Resolver 8", 1, 1, 1, "Category 5"),
            (200, "New", "Group 1", "?", 1, 1, 1, "Category 5"),
            (2000, "Closed", "Group 1", "?", 1, 1, 1, "Category 5"),
        ],
    ),
    "INC0000003": (
        "02-03-2016 08:00",
        [(0, "Resolved", "?", "?", 3, 3, 5, "?"), (60, "Closed", "?", "?", 3, 3, 5, "?")],
    ),
}


@dataclass(frozen=True)
class Desk:
    """A system with the imported incidents of `file`. `output` is the output of the command."""

    system: System
    admin: Api
    truth: Truth
    file: Path
    histories: dict[str, History]
    output: str

    @property
    def tickets(self) -> dict[str, dict[str, Any]]:
        """Returns the incident's number → its ticket."""
        found = self.admin.all("/tickets", **{"filter[source]": "servicenow"})
        return {one["external_ref"]: one for one in found}


def write_log(file: Path, rows_less: int = 0) -> None:
    """Writes the rows in no useful order, as exports do. `rows_less` leaves out the last rows of each incident, as an
    earlier export would."""
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for number, (opened, rows) in INCIDENTS.items():
            kept = rows[: max(1, len(rows) - rows_less)]
            for count, row in reversed(list(enumerate(kept))):
                writer.writerow(_row(number, opened, count, *row))


def write_real_log(file: Path, incidents: int) -> None:
    """Writes the first incidents of the real log."""
    with FILE.open(newline="", encoding="utf-8") as log, file.open("w", newline="", encoding="utf-8") as out:
        reader = csv.DictReader(log)
        writer = csv.DictWriter(out, reader.fieldnames or [])
        writer.writeheader()
        chosen: set[str] = set()
        for row in reader:
            if row["number"] in chosen or len(chosen) < incidents:
                chosen.add(row["number"])
                writer.writerow(row)


def _row(number: str, opened: str, count: int, minutes: int, *cells: Any) -> dict[str, Any]:
    state, group, resolver, impact, urgency, priority, category = cells
    updated = oracle.parse_instant(opened) + timedelta(minutes=minutes)
    return {
        "number": number,
        "opened_at": opened,
        "opened_by": "Opened by  8",
        "caller_id": f"Caller {number[-1]}",
        "sys_updated_at": updated.strftime("%d-%m-%Y %H:%M"),
        "sys_updated_by": f"Updated by {count}",
        "sys_mod_count": count,
        "impact": f"{impact} - Level",
        "urgency": f"{urgency} - Level",
        "priority": f"{priority} - Level",
        "u_symptom": "Symptom 72",
        "reassignment_count": 0,
        "incident_state": state,
        "assignment_group": group,
        "assigned_to": resolver,
        "category": category,
    }


def import_incidents(system: System, file: Path, *options: str) -> str:
    """Runs `trackline import servicenow-log` as the administrator and returns its output."""
    account = system.administrator
    command = [sys.executable, "-m", "trackline_cli", "import", "servicenow-log", str(file), "--yes"]
    environment = {**os.environ, "TRACKLINE_PASSWORD": account.password}
    done = subprocess.run(
        [*command, "--url", system.url, "--email", account.email, *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
