"""trackline import servicenow-log: turning rows into histories."""

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.domain.imports import Origin, Step, replay_steps
from tickets.domain.update import Update
from trackline_cli import servicenow
from trackline_cli.api import Json
from trackline_cli.csv_files import UnusableFile

REAL = Path(__file__).parents[4] / "shared/data/incident_event_log.csv"
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


def read_rows(folder: Path, *rows: Mapping[str, str]) -> list[Json]:
    return read(folder, *map(dict, rows)).histories


@pytest.mark.parametrize("again", [{}, {"opened_by": "Opened by 8"}, {"sys_updated_by": " Updated by 21 "}])
def test_equal_rows_count_once(tmp_path: Path, again: dict[str, str]) -> None:
    rows: list[dict[str, str]] = [{}, after(3, incident_state="Resolved"), after(5, incident_state="Closed")]
    once = read_rows(tmp_path, *rows)
    assert read_rows(tmp_path, *rows, *(row | again for row in rows)) == once
    assert read_rows(tmp_path, *(row | again for row in rows for _ in range(3))) == once
    assert len(once[0]["steps"]) == 3


SAME = [
    {"incident_state": "Awaiting Vendor"},
    {"category": ""},
    {"assigned_to": "resolver 7"},
    {"assigned_to": "Resolver  7"},
    {"priority": "3 - moderate"},
]


@pytest.mark.parametrize("cells", SAME)
def test_another_text_for_the_same_value_is_no_event(tmp_path: Path, cells: dict[str, str]) -> None:
    first = {"incident_state": "Awaiting Problem", "category": "?", "assigned_to": "Resolver 7"}
    assert len(steps(tmp_path, first, after(1, **(first | cells)))) == 1


CELLS = {
    "incident_state": ["New", "Active", "Awaiting Vendor", "Awaiting Problem", "Resolved", "Closed"],
    "assigned_to": ["?", "", "Resolver 7", "resolver-7", "Resolver 8"],
    "assignment_group": ["?", "Group 56", "Group  56"],
    "category": ["?", "", "Category 55"],
    "priority": ["3 - Moderate", "3 - moderate", "1 - Critical"],
    "impact": ["2 - Medium", "3 - Low"],
}
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})
    ),
    min_size=1,
    max_size=10,
)


def count_written(histories: list[Json]) -> int:
    """Returns the number of events that the tickets service writes for the histories."""
    return sum(
        len(
            replay_steps(
                Origin(history["source"], history["external_ref"], history["channel"]),
                [
                    Step(b"", datetime.fromisoformat(step["time"]), step["actor_id"], Update(_changes(step)))
                    for step in history["steps"]
                ],
                "t1",
                1001,
            )
        )
        for history in histories
    )


def _changes(step: Json) -> Json:
    people = {
        name: servicenow.slug(value) for name, value in step["changes"].items() if name in servicenow.PEOPLE and value
    }
    return {**step["changes"], **people}


@given(ROWS)
def test_as_many_events_are_announced_as_are_written(rows: list[tuple[int, dict[str, str]]]) -> None:
    minute, found = 0, []
    for minutes, cells in rows:
        minute += minutes
        found.append(after(minute, **cells))
    with TemporaryDirectory() as folder:
        log = read(Path(folder), *found)
    assert log.events == count_written(log.histories)


def test_of_several_incidents_as_many_events_are_announced_as_are_written(tmp_path: Path) -> None:
    states = ["New", "Active", "Awaiting Vendor", "Awaiting Problem", "Resolved", "Resolved", "Closed"]
    lives = [states, states[:1], [*states, "New", "Closed"], ["Resolved", "Closed"], ["Active", "Resolved", "Active"]]
    rows = [
        after(minute, number=f"INC000000{incident}", incident_state=state, assigned_to=f"Resolver {minute // 3}")
        for incident, life in enumerate(lives)
        for minute, state in enumerate(life)
    ]
    log = read(tmp_path, *rows)
    assert (len(log.histories), log.failed) == (5, {})
    assert_agrees(tmp_path / "log.csv", log, tmp_path)


@pytest.mark.skipif(not REAL.exists(), reason="the real incidents are not part of the project")
def test_of_the_real_incidents_as_many_events_are_announced_as_are_written(tmp_path: Path) -> None:
    log = servicenow.read(REAL, "servicenow")
    assert (len(log.histories), log.failed) == (500, {})
    assert_agrees(REAL, log, tmp_path)


def assert_agrees(file: Path, log: servicenow.Log, folder: Path) -> None:
    assert log.events == count_written(log.histories)
    header, *lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    doubled = folder / "doubled.csv"
    doubled.write_text("".join([header, *lines, *lines[::3]]), encoding="utf-8")
    assert servicenow.read(doubled, "servicenow").histories == log.histories
