"""trackline import servicenow-log: the command."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trackline_cli import commands
from trackline_csv import PROBLEM
from trackline_testing.csv_shapes import shapes

from .fakes import PASSWORD, Trackline
from .test_servicenow import COLUMNS, ROW, after


def run(folder: Path, *rows: dict[str, str], sure: bool = True) -> Result:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return run_file(folder, out.getvalue().encode(), sure)


def run_file(folder: Path, content: bytes, sure: bool = True) -> Result:
    path = folder / "log.csv"
    path.write_bytes(content)
    environment = {"TRACKLINE_EMAIL": "admin@example.org", "TRACKLINE_PASSWORD": PASSWORD}
    command = ["import", "servicenow-log", str(path), *(["--yes"] if sure else [])]
    return CliRunner().invoke(commands.app, command, env=environment, input="n\n")


def test_teams_categories_and_inactive_people_are_created_before_the_tickets(
    trackline: Trackline, tmp_path: Path
) -> None:
    result = run(tmp_path, {}, after(5, assigned_to="Resolver 7", incident_state="Active"))
    assert result.exit_code == 0, result.output
    assert "1 created, 0 continued, 0 were there already, 0 failed; 2 events written" in result.output
    assert [team["name"] for team in trackline.teams] == ["Group 56"]
    assert {user["name"] for user in trackline.users} == {"Caller 2403", "Resolver 7", "Opened by 8", "Updated by 21"}
    assert not any(user["active"] for user in trackline.users)
    assert all(user["emails"][0].endswith("@servicenow.invalid") for user in trackline.users)
    ids = {user["name"]: user["id"] for user in trackline.users}
    first, second = trackline.imported["INC0000001"]["steps"]
    assert (first["actor_id"], second["actor_id"]) == (ids["Opened by 8"], ids["Updated by 21"])
    assert (first["changes"]["requester_id"], first["changes"]["team_id"]) == (ids["Caller 2403"], "t1")
    assert (second["changes"]["assignee_id"], second["changes"]["category_id"]) == (ids["Resolver 7"], "c1")


def test_a_repeat_creates_nothing_and_a_longer_file_adds_the_newer_rows(trackline: Trackline, tmp_path: Path) -> None:
    run(tmp_path, {})
    assert "0 created, 0 continued, 1 were there already" in run(tmp_path, {}).output
    assert "0 created, 1 continued" in run(tmp_path, {}, after(5, incident_state="Active")).output
    assert (len(trackline.users), len(trackline.teams), len(trackline.categories)) == (3, 1, 1)


def test_characters_that_are_no_text_are_left_out(trackline: Trackline, tmp_path: Path) -> None:
    run(tmp_path, {"caller_id": "Cal\0ler 7", "u_symptom": "Symptom\0 1"})
    assert "Caller 7" in {user["name"] for user in trackline.users}
    assert trackline.imported["INC0000001"]["steps"][0]["changes"]["title"].endswith("Symptom 1")


def test_a_file_of_another_form_is_read(trackline: Trackline, tmp_path: Path) -> None:
    row = ROW | {"caller_id": "Jörg; Süd", "number": "INC7"}
    lines = [[name.replace("_", " ").upper() for name in COLUMNS], [row[name] for name in COLUMNS]]
    files = shapes(lines[0], lines[1:])
    for shape in ("sep=;", "cp1252", "CR", "UTF-16 LE with BOM", "blank lines at the end"):
        trackline.imported.clear()
        assert run_file(tmp_path, files[shape]).exit_code == 0, shape
        assert list(trackline.imported) == ["INC7"], shape
    assert "Jörg; Süd" in {user["name"] for user in trackline.users}


def test_the_encoding_is_shown_with_the_words_that_may_be_others(trackline: Trackline, tmp_path: Path) -> None:
    row = ROW | {"caller_id": "Oğuz"}
    content = "\n".join([",".join(COLUMNS), ",".join(row[name] for name in COLUMNS), ""]).encode("cp1254")
    asked = run_file(tmp_path, content, sure=False).output
    assert ("encoding    cp1252\n" in asked, "“Oðuz” is “Oğuz” if the encoding is cp1254" in asked) == (True, True)


def test_it_asks_first(trackline: Trackline, tmp_path: Path) -> None:
    result = run(tmp_path, {}, sure=False)
    assert result.exit_code == 1
    assert "1 incidents to http://127.0.0.1:8000" in result.output
    assert trackline.posts == len(trackline.users) == 0


def test_failures_are_reported_with_reasons_and_the_rest_is_imported(trackline: Trackline, tmp_path: Path) -> None:
    trackline.refused_refs = {"INC2"}
    result = run(tmp_path, {}, {"number": "INC2"}, {"number": "INC3", "priority": "?"})
    assert result.exit_code == 1
    assert "1 created, 0 continued, 0 were there already, 2 failed" in result.output
    found = reasons(tmp_path)
    assert found["INC2"] == "Line 3: 409 refused: conflict"
    assert found["INC3"].startswith("Line 4: priority '?'")


def reasons(folder: Path) -> dict[str, str]:
    with (folder / "log.csv.errors.csv").open(newline="") as errors:
        return {row["number"]: row[PROBLEM] for row in csv.DictReader(errors)}


LONG = "Caller-1" * 100
BAD = [
    (
        {"caller_id": LONG},
        f"“{LONG[:60]}…” was refused: 422 /name: not this one",
    ),
    ({"opened_by": LONG}, "was refused: 422"),
    ({"assigned_to": LONG}, "was refused: 422"),
    ({"assignment_group": LONG}, "was refused: 422"),
    ({"category": LONG}, "was refused: 422"),
    ({"assigned_to": "\u200b"}, "was refused: 422"),
    ({"opened_at": "31-02-2026 01:00"}, "opened_at '31-02-2026 01:00' is not a time"),
    ({"sys_updated_at": ""}, "sys_updated_at '' is not a time"),
    ({"sys_mod_count": "9" * 5000}, "is not a whole number"),
    ({"incident_state": "Teleported"}, "incident_state 'Teleported' is none of"),
    ({"impact": ""}, "impact '' does not begin with a number"),
    ({"number": ""}, "the number is missing"),
    ({"number": "INC-refused"}, "409 refused: conflict"),
]


@pytest.mark.parametrize(("cells", "why"), BAD)
def test_a_bad_incident_is_reported_and_the_others_are_imported(
    trackline: Trackline, tmp_path: Path, cells: dict[str, str], why: str
) -> None:
    trackline.refused_refs = {"INC-refused"}
    bad = {"number": "BAD"} | cells
    result = run(tmp_path, {}, bad, after(5, incident_state="Active"), {"number": "INC3"})
    assert result.exit_code == 1
    assert "2 created, 0 continued, 0 were there already, 1 failed" in result.output
    assert [len(trackline.imported[ref]["steps"]) for ref in ("INC0000001", "INC3")] == [2, 1]
    ((number, reason),) = reasons(tmp_path).items()
    assert (number, reason.startswith("Line 3: ")) == (bad["number"], True)
    assert why in reason


def test_a_number_of_two_incidents_is_reported(trackline: Trackline, tmp_path: Path) -> None:
    result = run(tmp_path, {"number": "INC2"}, {}, {"number": "INC2", "opened_at": "28-02-2016 01:00"})
    assert "1 created, 0 continued, 0 were there already, 1 failed" in result.output
    assert "several incidents have this number" in reasons(tmp_path)["INC2"]


def test_the_file_to_correct_can_be_imported(trackline: Trackline, tmp_path: Path) -> None:
    bad = {"number": "BAD", "caller_id": LONG}
    run(tmp_path, {}, bad, after(5, **bad, incident_state="Active"))
    corrected = (tmp_path / "log.csv.errors.csv").read_bytes().replace(LONG.encode(), b"Caller 2")
    assert run_file(tmp_path, corrected).exit_code == 0
    assert len(trackline.imported["BAD"]["steps"]) == 2


@pytest.mark.parametrize("cells", [-1, 1])
def test_a_row_with_a_comma_too_many_or_too_few_is_reported(trackline: Trackline, tmp_path: Path, cells: int) -> None:
    lines = [",".join(COLUMNS), ",".join(ROW[name] for name in COLUMNS)]
    wrong = lines[1].replace("INC0000001", "BAD").replace(",Group", ",,Group" if cells > 0 else "Group")
    result = run_file(tmp_path, "\n".join([*lines, wrong]).encode())
    assert "1 created, 0 continued, 0 were there already, 1 failed" in result.output
    assert reasons(tmp_path) == {"BAD": f"Line 3: line 3 has {15 + cells} cells for 15 columns"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (",".join(COLUMNS), "it has no rows below the titles"),
        (",".join(["number", *COLUMNS]) + "\n", "several columns have the title number"),
    ],
)
def test_a_file_without_rows_or_with_doubtful_columns_is_refused(
    trackline: Trackline, tmp_path: Path, content: str, why: str
) -> None:
    result = run_file(tmp_path, content.encode())
    assert (result.exit_code, trackline.posts, why in result.output) == (1, 0, True)


def test_temporary_failures_are_retried(trackline: Trackline, tmp_path: Path) -> None:
    trackline.failures.extend([503, 503])
    assert run(tmp_path, {}).exit_code == 0
    assert trackline.posts == 3
