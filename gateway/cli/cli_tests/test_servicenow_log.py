"""trackline import servicenow-log: the command."""

import csv
import io
from pathlib import Path

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
    with (tmp_path / "log.csv.errors.csv").open() as errors:
        found = {row["number"]: row[PROBLEM] for row in csv.DictReader(errors)}
    assert found["INC2"] == "409 refused: conflict"
    assert found["INC3"].startswith("priority '?'")


def test_temporary_failures_are_retried(trackline: Trackline, tmp_path: Path) -> None:
    trackline.failures.extend([503, 503])
    assert run(tmp_path, {}).exit_code == 0
    assert trackline.posts == 3
