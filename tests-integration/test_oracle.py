"""Tests the oracle with a case that was counted by hand, and with the real log if it is available."""

import csv
from datetime import date
from pathlib import Path

import pytest
from harness import oracle
from harness.incidents import FILE

COLUMNS = ["number", "opened_at", "sys_updated_at", "sys_mod_count", *oracle.WATCHED]
ROWS = [
    # out of order, and the first one is from before the ticket was opened
    ("INC1", "01-03-2016 09:00", "01-03-2016 10:00", 2, "Resolved", "Group 2", "?", "3 - Moderate", "?"),
    ("INC1", "01-03-2016 09:00", "01-03-2016 08:55", 0, "New", "?", "?", "4 - Low", "?"),
    ("INC1", "01-03-2016 09:00", "01-03-2016 09:30", 1, "New", "?", "?", "4 - Low", "?"),
    ("INC1", "01-03-2016 09:00", "02-03-2016 00:00", 3, "Active", "Group 2", "?", "3 - Moderate", "?"),
    ("INC1", "01-03-2016 09:00", "02-03-2016 01:00", 4, "Resolved", "Group 2", "?", "3 - Moderate", "?"),
    ("INC1", "01-03-2016 09:00", "02-03-2016 02:00", 5, "Resolved", "Group 2", "?", "3 - Moderate", "?"),
    ("INC1", "01-03-2016 09:00", "03-03-2016 02:00", 6, "Closed", "Group 2", "?", "3 - Moderate", "?"),
]


def test_a_history_counted_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *ROWS])
    (one,) = oracle.histories(file).values()
    assert [oracle.state(row) for _, row in one.moves] == ["new", "resolved", "open", "resolved", "resolved", "closed"]
    assert (one.reopenings, one.reassignments, one.resolution_seconds) == (1, 1, 17 * 3600)
    assert one.seconds_by_state() == {"new": 3600, "resolved": 14 * 3600 + 25 * 3600, "open": 3600}
    assert oracle.backlog_by_day([one]) == {date(2016, 3, 1): 0, date(2016, 3, 2): 0, date(2016, 3, 3): 0}
    assert one.at(oracle.parse_instant("01-03-2016 08:59")) is None
    assert (one.at(oracle.parse_instant("02-03-2016 00:00")) or {})["incident_state"] == "Active"


@pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not here: the project cannot contain it")
def test_the_real_log_agrees_with_its_own_counts() -> None:
    found = oracle.histories(FILE).values()
    assert (len(found), sum(len(one.moves) for one in found)) == (500, 2514)
    says = [int(one.rows[-1][1]["reassignment_count"]) == one.reassignments for one in found]
    assert says.count(False) == 2
