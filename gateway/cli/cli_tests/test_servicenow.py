"""trackline import servicenow-log: turning rows into histories."""

import csv
from pathlib import Path

import pytest

from trackline_cli import servicenow
from trackline_cli.api import Json
from trackline_cli.rows import UnusableFile

COLUMNS = [*servicenow.NEEDED, *servicenow.WATCHED]
ROW = {
    "number": "INC0000001", "opened_at": "29-02-2016 01:16", "opened_by": "Opened by  8", "caller_id": "Caller 2403",
    "sys_updated_at": "29-02-2016 01:23", "sys_updated_by": "Updated by 21", "sys_mod_count": "0",
    "impact": "2 - Medium", "urgency": "2 - Medium", "u_symptom": "Symptom 72", "incident_state": "New",
    "assignment_group": "Group 56", "assigned_to": "?", "priority": "3 - Moderate", "category": "Category 55",
}  # fmt: skip


def read(folder: Path, *rows: dict[str, str]) -> servicenow.Log:
    path = folder / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return servicenow.read(path, "servicenow")


def steps(folder: Path, *rows: dict[str, str]) -> list[Json]:
    (history,) = read(folder, *rows).histories
    found: list[Json] = history["steps"]
    return found


def after(minutes: int, **cells: str) -> dict[str, str]:
    hours, minute = divmod(minutes, 60)
    return {"sys_updated_at": f"29-02-2016 {hours + 2:02}:{minute:02}", "sys_mod_count": str(minutes), **cells}


def test_the_first_row_opens_the_ticket_at_opened_at(tmp_path: Path) -> None:
    (history,) = read(tmp_path, {}).histories
    assert history == {
        "source": "servicenow", "external_ref": "INC0000001", "channel": "phone",
        "steps": [{
            "time": "2016-02-29T01:16:00+00:00", "actor_id": "Opened by 8",
            "changes": {
                "title": "Category 55: Symptom 72", "requester_id": "Caller 2403", "state": "new", "impact": 2,
                "urgency": 2, "priority": 3, "team_id": "Group 56", "assignee_id": None, "category_id": "Category 55",
            },
        }],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ({"u_symptom": "?"}, "Category 55"),
        ({"category": "?"}, "Symptom 72"),
        ({"u_symptom": "?", "category": "?"}, "Incident INC0000001"),
    ],
)
def test_the_title_comes_from_category_and_symptom(tmp_path: Path, cells: dict[str, str], title: str) -> None:
    assert steps(tmp_path, cells)[0]["changes"]["title"] == title


def test_only_changing_and_further_resolved_rows_become_steps(tmp_path: Path) -> None:
    found = steps(
        tmp_path,
        {},
        after(1, impact="1 - High"),
        after(2, assigned_to="Resolver 7"),
        after(3, assigned_to="Resolver 7", incident_state="Resolved"),
        after(4, assigned_to="Resolver 7", incident_state="Resolved"),
        after(5, assigned_to="Resolver 7", incident_state="Closed"),
        after(6, assigned_to="Resolver 7", incident_state="Closed"),
    )
    assert [step["time"][14:16] for step in found] == ["16", "02", "03", "04", "05"]
    assert [step["changes"]["state"] for step in found] == ["new", "new", "resolved", "resolved", "closed"]


def test_rows_are_sorted_and_none_is_earlier_than_the_opening(tmp_path: Path) -> None:
    rows = [after(5, incident_state="Closed"), after(5, incident_state="Active") | {"sys_mod_count": "2"}]
    early = {"sys_updated_at": "28-02-2016 23:59", "sys_mod_count": "1", "category": "Category 7"}
    first = {"sys_updated_at": "28-02-2016 23:59"}
    found = steps(tmp_path, *rows, early, first)
    assert [step["time"][11:16] for step in found] == ["01:16", "01:16", "02:05", "02:05"]
    assert [step["changes"]["state"] for step in found] == ["new", "new", "open", "closed"]


@pytest.mark.parametrize(
    ("written", "state"),
    [("Awaiting User Info", "pending"), ("Awaiting Vendor", "on_hold"), ("Awaiting Problem", "on_hold")],
)
def test_awaiting_user_info_is_pending_and_other_waiting_is_on_hold(tmp_path: Path, written: str, state: str) -> None:
    assert steps(tmp_path, {"incident_state": written})[0]["changes"]["state"] == state


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"incident_state": "-100"}, "incident_state '-100' is none of"),
        ({"priority": "?"}, "priority '?' does not begin with a number"),
        ({"sys_updated_at": "2016-02-29"}, "sys_updated_at '2016-02-29' is not a time such as 29-02-2016 01:16"),
        ({"sys_mod_count": "x"}, "sys_mod_count 'x' is not a whole number"),
    ],
)
def test_an_incident_that_cannot_be_read_is_left_out_with_the_reason(
    tmp_path: Path, cells: dict[str, str], why: str
) -> None:
    log = read(tmp_path, {"number": "INC2"} | cells, {})
    assert [history["external_ref"] for history in log.histories] == ["INC0000001"]
    assert why in log.failed["INC2"]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("title,body\na,b\n")
    with pytest.raises(UnusableFile, match="number, opened_at"):
        servicenow.read(path, "x")
