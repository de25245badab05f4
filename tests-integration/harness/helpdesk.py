"""Imports real tickets with the real command. The file may be beside the checkout; the project cannot contain it."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from harness.api import Api
from harness.office import REPORTS
from trackline_local.system import System

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "helpdesk_tickets.csv"
SOURCE = "helpdesk"
# Search → the word that the title of the best hit must contain.
SEARCHES = {
    "password reset": "password",
    "oracle access": "oracle",
    "visual studio license": "visual",
    "monitor request": "monitor",
    "time card error": "card",
    "meeting room": "meeting",
    "headset": "headset",
    "mailbox full": "mailbox",
    "printer paper": "paper",
    "windows upgrade": "windows",
}


def import_tickets(system: System, file: Path, source: str = SOURCE, limit: int | None = None) -> str:
    """Runs `trackline import tickets-csv` as the administrator and returns its output."""
    account = system.administrator
    command = [sys.executable, "-m", "trackline_cli", "import", "tickets-csv", str(file), "--yes"]
    options = ["--url", system.url, "--email", account.email, "--source", source]
    limited = ["--limit", str(limit)] if limit else []
    environment = {**os.environ, "TRACKLINE_PASSWORD": account.password}
    done = subprocess.run(
        [*command, *options, *limited], env=environment, capture_output=True, text=True, check=False, timeout=1800
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_reports(file: Path) -> None:
    """Writes a file in the format of the real one: numbered categories, levels out of range, a missing title."""
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["title", "body", "ticket_type", "category", "urgency", "impact"])
        for row, (title, body, *_) in enumerate(REPORTS):
            writer.writerow(["" if row == 1 else title, body, row % 2, row % 3 + 4, 3, 4])


def rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def first_hits(api: Api, q: str, count: int = 3) -> tuple[list[str], bool]:
    """Returns the titles of the best hits, and whether MongoDB answered."""
    answer = api.get("/search", q=q, type="ticket", **{"page[size]": count})
    titles = ["".join(part["text"] for part in hit["title"]) for hit in answer["data"]]
    return titles, answer["meta"]["degraded"]
