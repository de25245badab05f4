"""trackline import tickets-csv"""

import csv
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import httpx
import pytest
from typer.testing import CliRunner, Result

from trackline_cli import commands, existing, rows
from trackline_cli.csv_files import UnusableFile
from trackline_cli.rows import Plan
from trackline_csv import PROBLEM, Form, open_table
from trackline_schemas.text.invisible import clean_line
from trackline_testing.csv_shapes import shapes

from .fakes import LINE, PASSWORD, Trackline

HEADER = "title,body,ticket_type,category,urgency,impact"
REAL = Path(__file__).parents[4] / "shared/data/helpdesk_tickets.csv"


def write(folder: Path, *lines: str, name: str = "old.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def run(file: Path, *options: str, password: str = PASSWORD, answer: str | None = None) -> Result:
    environment = {"TRACKLINE_EMAIL": "admin@example.org", "TRACKLINE_PASSWORD": password}
    sure = [] if answer else ["--yes"]
    command = ["import", "tickets-csv", str(file), *options, *sure]
    return CliRunner().invoke(commands.app, command, env=environment, input=answer)


def test_rows_become_tickets(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, "Printer,does not print,0,4,1,2", "Laptop,for Bea,1,Hardware,3,4")
    result = run(file)
    assert result.exit_code == 0, result.output
    assert trackline.of_row(1) == {
        "title": "Printer",
        "description": "does not print",
        "kind": "incident",
        "channel": "import",
        "source": "old",
        "external_ref": made(trackline)[0],
        "urgency": 1,
        "impact": 2,
        "category_id": "c1",
    }
    assert (trackline.of_row(2)["kind"], trackline.of_row(2)["impact"]) == ("request", 3)
    assert [category["name"] for category in trackline.categories] == ["Category 4", "Hardware"]
    assert PASSWORD not in result.output


def test_a_text_field_of_the_api_is_imported_from_its_column(trackline: Trackline, tmp_path: Path) -> None:
    trackline.more_properties = {"location": {"anyOf": [LINE, {"type": "null"}]}}
    file = tmp_path / "old.csv"
    lines = ("title,location", "Printer,Building  7", "Laptop,", "Mouse,Building number 9")
    file.write_text("\n".join(lines), encoding="utf-8")
    result = run(file)
    assert result.exit_code == 0, result.output
    assert [trackline.of_row(number).get("location") for number in (1, 2, 3)] == ["Building 7", None, "Building n"]
    assert "1 × location over 10 characters → cut" in result.output
    assert rows.map_columns(["title", "Where"], {"Where": "location"}, {"location": 10})["Where"] == "location"


def test_a_field_that_the_api_does_not_have_is_refused_before_anything_is_sent(
    trackline: Trackline, tmp_path: Path
) -> None:
    result = run(write(tmp_path, "Printer,does not print,0,4,1,2"), "--map", "body=location")
    assert result.exit_code == 1
    assert "there is no field 'location'" in result.output
    assert trackline.posts == 0


def test_it_lists_the_changes_and_asks_before_it_writes(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, ",the mouse is broken,1,4,3,4", f"t,{'é' * 30_000},0,4,3,4")
    result = run(file, answer="n\n")
    assert result.exit_code == 1
    assert trackline.posts == 0
    for sentence in (
        "2 × impact 4 → 3 (outside 1–3)",
        "1 × empty title → the first words of the text",
        "1 × text over 40,000 bytes → cut",
        "1 × 1 → request",
        "Category 4 (2); missing ones are created",
    ):
        assert sentence in result.output
    assert run(file, answer="y\n").exit_code == 0
    assert trackline.of_row(1)["title"] == "the mouse is broken"
    assert len(trackline.of_row(2)["description"].encode()) == 40_000


def test_a_repeat_sends_only_the_missing_rows(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, *(f"t{number},x,0,,3,3" for number in range(5)))
    run(file, "--limit", "3")
    assert [trackline.of_row(number)["title"] for number in (1, 2, 3)] == ["t0", "t1", "t2"]
    result = run(file)
    assert "2 created, 3 were there already, 0 failed" in result.output
    assert trackline.posts == 5


def test_temporary_failures_are_retried_under_the_same_key(trackline: Trackline, tmp_path: Path) -> None:
    trackline.failures.extend([503, 504, 429, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
    result = run(write(tmp_path, "a,x,0,,3,3", "b,x,0,,3,3"))
    assert result.exit_code == 0, result.output
    assert (len(trackline.tickets), trackline.posts) == (2, 7)


def test_it_stops_without_answers_and_a_repeat_continues(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, *(f"t{number},x,0,,3,3" for number in range(20)))
    trackline.failures.extend([503] * 1000)
    result = run(file)
    assert result.exit_code == 1
    assert "repeat the same command" in result.output
    trackline.failures.clear()
    assert run(file).exit_code == 0
    assert len(trackline.tickets) == 20


def test_rows_that_fail_are_written_to_a_file(trackline: Trackline, tmp_path: Path) -> None:
    trackline.refused_titles = {"bad"}
    file = write(tmp_path, "good,x,0,,3,3", "bad,x,0,,3,3", ",,0,,3,3")
    result = run(file)
    assert result.exit_code == 1
    assert "1 created, 0 were there already, 2 failed" in result.output
    with (tmp_path / "old.csv.errors.csv").open() as errors:
        found = [(row[rows.REFERENCE], row[PROBLEM], row["title"]) for row in csv.DictReader(errors)]
    assert found == [
        (found[0][0], "Line 3: 422 /title: not this one", "bad"),
        (found[1][0], "Line 4: neither title nor text", ""),
    ]
    assert len({*made(trackline), found[0][0], found[1][0]}) == 3


@pytest.mark.parametrize("title", ["=1+1", "+49 30", "-a", "@SUM(A1)", " =1", "\uff1d1", "'=1", "''=1", "\u200b=1"])
def test_no_cell_of_the_file_to_correct_is_a_formula_and_none_changes(
    trackline: Trackline, tmp_path: Path, title: str
) -> None:
    trackline.refused_titles = {title.strip()}
    run(write(tmp_path, f"{title},x,0,,3,3"))
    mending = tmp_path / "old.csv.errors.csv"
    assert f"'{title}," in mending.read_text()
    trackline.refused_titles = set()
    result = run(mending, "--source", "old")
    assert result.exit_code == 0, result.output
    assert trackline.of_row(1)["title"] == title.strip()


def test_titles_of_columns_are_no_formulas_either(trackline: Trackline, tmp_path: Path) -> None:
    trackline.refused_titles = {"bad"}
    file = tmp_path / "old.csv"
    file.write_text("title,=cmd()\nbad,x\n", encoding="utf-8")
    run(file)
    assert "title,'=cmd(),Reference (Trackline)," in (tmp_path / "old.csv.errors.csv").read_text()


def test_characters_that_are_no_text_are_left_out(trackline: Trackline, tmp_path: Path) -> None:
    run(write(tmp_path, "a\0b,x\0,0,,3,3"))
    assert (trackline.of_row(1)["title"], trackline.of_row(1)["description"]) == ("ab", "x")


def test_a_row_that_another_account_imports_meanwhile_counts_as_existing(
    trackline: Trackline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,external_ref\na,\nb,B\n")
    run(file)
    trackline.by_key.clear()
    monkeypatch.setattr(existing, "list_numbers", list_nothing)
    assert "0 created, 2 were there already, 0 failed" in run(file).output
    file.write_text("title,external_ref\na,\nc,B\n")
    assert "0 created, 1 were there already, 1 failed" in run(file).output


def test_a_row_whose_ticket_one_may_not_read_fails(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, "a,x,0,,3,3")
    run(file)
    trackline.by_key.clear()
    trackline.hidden = set(trackline.tickets)
    result = run(file)
    assert (result.exit_code, "409" in reasons(tmp_path)[0]) == (1, True)


async def list_nothing(*_: Any) -> dict[str, str]:
    return {}


def made(trackline: Trackline) -> list[str]:
    """Returns the references that were made."""
    return [reference for reference in trackline.tickets if reference.startswith("row-")]


def reasons(folder: Path, name: str = "old.csv") -> list[str]:
    with (folder / f"{name}.errors.csv").open() as errors:
        return [row[PROBLEM] for row in csv.DictReader(errors)]


@pytest.mark.parametrize("options", [[], ["--source", "export"]])
def test_another_file_of_the_same_name_fails_and_says_what_to_do(
    trackline: Trackline, tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "monday").mkdir()
    run(write(tmp_path / "monday", *(f"m{number},x,0,,3,3" for number in range(5)), name="export.csv"), *options)
    file = write(tmp_path, *(f"t{number},x,0,,3,3" for number in range(5)), name="export.csv")
    result = run(file, *options)
    assert result.exit_code == 1
    assert "0 created, 0 were there already, 5 failed" in result.output
    assert "5 rows that were imported from “export” before are not in this file" in reasons(tmp_path, "export.csv")[0]
    assert "5 created, 0 were there already, 0 failed" in run(file, "--source", "tuesday").output


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("b,x,0,4,3,3", "title"),
        ("a,y,0,4,3,3", "description"),
        ("a,x,1,4,3,3", "kind"),
        ("a,x,0,5,3,3", "category_id"),
        ("a,x,0,,3,3", "category_id"),
        ("a,x,0,4,1,3", "urgency"),
        ("a,x,0,4,3,1", "impact"),
    ],
)
def test_every_field_of_a_row_is_compared(trackline: Trackline, tmp_path: Path, row: str, field: str) -> None:
    file = tmp_path / "old.csv"

    def import_with(row: str) -> Result:
        file.write_text(f"{HEADER},external_ref\n{row},A\nz,z,0,4,3,3,B\n")
        return run(file)

    import_with("a,x,0,4,3,3")
    assert "0 created, 1 were there already, 1 failed" in import_with(row).output
    assert f"with another {field}." in reasons(tmp_path)[0]


def test_a_ticket_that_was_changed_since_or_whose_category_was_renamed_is_the_same(
    trackline: Trackline, tmp_path: Path
) -> None:
    file = write(tmp_path, "a,x,0,4,3,3", "b,x,0,5,3,3")
    run(file)
    trackline.categories[0]["name"] = "Printers"
    assert "0 created, 2 were there already, 0 failed" in run(file).output


def test_a_text_that_was_cut_at_a_space_is_the_same(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, f"a,{'x' * 39_999} and more,0,4,3,3")
    run(file)
    assert trackline.of_row(1)["description"].endswith(" ")
    assert "0 created, 1 were there already, 0 failed" in run(file).output


@pytest.mark.parametrize(
    "lines",
    [
        ["x,2", "x,"],
        ["x,2", "y,"],
        ["x,", "y,1"],
        ["x,row 2", "y,", "z,2"],
        ["x,", "y,", "z,A"],
        ["x,row 3", "x,3", "x,", "x,row 4", "x,"],
    ],
)
def test_a_row_without_a_reference_is_never_taken_for_another(
    trackline: Trackline, tmp_path: Path, lines: list[str]
) -> None:
    file = tmp_path / "old.csv"
    file.write_text("\n".join(["title,external_ref", *lines]))
    trackline.refused_titles = {"y"}
    first = run(file)
    trackline.refused_titles = set()
    if first.exit_code:
        assert run(tmp_path / "old.csv.errors.csv", "--source", "old").exit_code == 0
    written = {reference for cells in lines if (reference := cells.partition(",")[2])}
    assert set(trackline.tickets) - set(made(trackline)) == written
    assert len(trackline.tickets) == len(lines)
    assert f"0 created, {len(lines)} were there already, 0 failed" in run(file).output


@pytest.mark.parametrize("more", ["c,2", "c,1", "c,row 1", "c,row 2", "c,", "a,2", "b,2"])
def test_a_file_that_has_grown_adds_only_its_new_rows(trackline: Trackline, tmp_path: Path, more: str) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,external_ref\na,\nb,\n")
    run(file)
    file.write_text(f"title,external_ref\na,\nb,\n{more}\n")
    assert "1 created, 2 were there already, 0 failed" in run(file).output
    assert "0 created, 3 were there already, 0 failed" in run(file).output


EARLIER = ["2", "row 2", "row 2 (0123abcd)"]


@pytest.mark.parametrize("reference", EARLIER)
def test_a_row_that_an_earlier_release_imported_is_there(trackline: Trackline, tmp_path: Path, reference: str) -> None:
    file = tmp_path / "old.csv"
    file.write_text(f"title,external_ref\na,A\nb,{reference}\n")
    run(file)
    for text in ("a,A\nb,\nc,7\n", "c,7\n,\nb,\na,A\n", "a,A\nb,\nb,\nc,7\n"):
        file.write_text(f"title,external_ref\n{text}")
        assert "1 created" in run(file).output or text.startswith("c"), text
        assert "0 created" in run(file).output
    assert Counter(ticket["title"] for ticket in trackline.tickets.values()) == {"a": 1, "b": 2, "c": 1}


def test_a_written_reference_is_not_one_of_an_earlier_release(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    for lines, figures in (
        ("A,A,3,2", "1 created, 0"),
        ("A,A,3,2\nA,A,5,", "1 created, 1"),
        ("A,A,3,2\nA,A,5,", "0 created, 2"),
    ):
        file.write_text(f"title,description,urgency,external_ref\n{lines}\n")
        assert f"{figures} were there already, 0 failed" in run(file).output


@pytest.mark.parametrize(
    "after",
    [
        "KA,a\n,\nKB,b\nKA,a\n",
        ",\nKA,a\nKB,b\n,\n\nKA,a\n",
        "KA,a\nKA,a\nKB,b\n",
        "KB,b\n ,\nKA,a\nKA,a\n",
    ],
)
def test_rows_are_the_same_wherever_they_stand(trackline: Trackline, tmp_path: Path, after: str) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,description\nKA,a\n\nKB,b\nKA,a\n")
    assert "3 created" in run(file).output
    file.write_text(f"title,description\n{after}")
    assert "0 created, 3 were there already, 0 failed" in run(file).output
    file.write_text(f"title,description\nX,x\n{after}KA,a\n")
    assert "2 created, 3 were there already, 0 failed" in run(file).output


@pytest.mark.parametrize(
    ("file", "options"),
    [
        ("title,body\na,y\nb,z\n", []),
        ("title,body\nn,n\nb,z\na,y\n", []),
        ("title,body\na,x\nb,z\n", ["--map", "body="]),
    ],
)
def test_no_row_is_made_twice_because_its_contents_or_columns_changed(
    trackline: Trackline, tmp_path: Path, file: str, options: list[str]
) -> None:
    path = tmp_path / "old.csv"
    path.write_text("title,body\na,x\nb,z\n")
    run(path)
    path.write_text(file)
    assert "0 created" in run(path, *options).output
    assert "may be one of them with other contents" in reasons(tmp_path)[0]


def test_a_new_row_of_a_file_from_which_others_are_gone_is_imported_once_somebody_says_so(
    trackline: Trackline, tmp_path: Path
) -> None:
    path, errors = tmp_path / "old.csv", tmp_path / "old.csv.errors.csv"
    path.write_text("title,body\na,x\nb,z\n")
    run(path)
    path.write_text("title,body\nb,z\nc,c\n")
    assert "0 created, 1 were there already, 1 failed" in run(path).output
    assert "1 created, 0 were there already, 0 failed" in run(errors, "--source", "old").output
    assert "0 created, 2 were there already, 0 failed" in run(path).output


@pytest.mark.parametrize("reference", ["Sto\u0308rung-1", "A\u00ad1", "A\u200b 2"])
def test_a_reference_is_found_again_in_the_form_that_trackline_keeps(
    trackline: Trackline, tmp_path: Path, reference: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_text(f"title,external_ref\na,{reference}\n")
    assert "1 created" in run(file).output
    [ticket] = trackline.tickets.values()
    ticket["external_ref"] = kept = clean_line(reference)
    trackline.tickets = {kept: ticket}
    assert "0 created, 1 were there already, 0 failed" in run(file).output


@pytest.mark.parametrize("again", [[], ["--map", "external_ref="]])
def test_a_column_of_references_that_was_left_out_stays_so_in_the_file_to_correct(
    trackline: Trackline, tmp_path: Path, again: list[str]
) -> None:
    file, errors = tmp_path / "old.csv", tmp_path / "old.csv.errors.csv"
    file.write_text("title,external_ref\ngood,A\nbad,B\n")
    trackline.refused_titles = {"bad"}
    run(file, "--map", "external_ref=")
    assert errors.read_text().startswith("title,external_ref,Reference (Trackline),")
    errors.write_text(errors.read_text().replace("bad", "better"))
    assert "1 created" in run(errors, "--source", "old", *again).output
    assert len(made(trackline)) == 2
    assert "0 created, 1 were there already, 0 failed" in run(errors, "--source", "old", *again).output


def test_a_row_with_too_many_cells_can_be_corrected_without_the_column_of_references(
    trackline: Trackline, tmp_path: Path
) -> None:
    file, errors = tmp_path / "old.csv", tmp_path / "old.csv.errors.csv"
    file.write_text("title,description,external_ref\nA,a,1\nB,b,2\nC,c,3,4\n")
    assert "2 created, 0 were there already, 1 failed" in run(file, "--map", "external_ref=").output
    errors.write_text(errors.read_text().replace(",4", ","))
    again = run(errors, "--source", "old", "--map", "external_ref=")
    assert "1 created, 0 were there already, 0 failed" in again.output


def test_a_file_of_500_columns_can_be_corrected(trackline: Trackline, tmp_path: Path) -> None:
    file, errors = tmp_path / "old.csv", tmp_path / "old.csv.errors.csv"
    titles = ",".join(f"c{place}" for place in range(499))
    file.write_text(f"title,{titles}\nbad,x\n")
    trackline.refused_titles = {"bad"}
    assert "1 failed" in run(file).output
    errors.write_text(errors.read_text().replace("bad", "better"))
    assert "1 created, 0 were there already, 0 failed" in run(errors, "--source", "old").output


@pytest.mark.parametrize("rows", ["a\nb\n\nd\n", "d\nb\na\n", "a\nb\nd\nd\n"])
def test_a_file_of_an_earlier_release_with_a_row_that_failed_is_not_imported_twice(
    trackline: Trackline, tmp_path: Path, rows: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,external_ref\na,1\nb,2\nd,4\n")
    run(file)
    file.write_text(f"title\n{rows}")
    assert f"{len(rows.split()) - 3} created, 3 were there already, 0 failed" in run(file).output


def test_a_row_with_the_contents_of_a_numbered_ticket_of_another_system_is_not_lost(
    trackline: Trackline, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,description,external_ref\nReset,Reset,101\nB,b,102\n")
    run(file)
    file.write_text("title,description,external_ref\nReset,Reset,\nC,c,103\n")
    assert "1 created, 0 were there already, 1 failed" in run(file).output
    assert "has the same contents, and was imported from “old” under a number" in reasons(tmp_path)[0]
    errors = tmp_path / "old.csv.errors.csv"
    assert "1 created, 0 were there already, 0 failed" in run(errors, "--source", "old").output
    assert "0 created, 1 were there already, 0 failed" in run(errors, "--source", "old").output


def test_a_row_with_a_new_reference_is_a_new_ticket_whatever_was_imported_without_one(
    trackline: Trackline, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,body\nPassword reset,please\n")
    run(file)
    for reference in ("T1", "T2", "T3"):
        file.write_text(f"title,body,external_ref\nPassword reset,please,{reference}\n")
        assert "1 created, 0 were there already, 0 failed" in run(file).output
        assert reference in trackline.tickets
        assert "0 created, 1 were there already, 0 failed" in run(file).output
    file.write_text("title,body,external_ref\nPassword reset,please,T4\n")
    assert "0 created, 1 were there already, 0 failed" in run(file, "--map", "external_ref=").output


@pytest.mark.parametrize(
    "text",
    [
        'title,body,category\na,b,"c\nd,e,f\ng,h,i"\n',
        'title,body,category\na,"b,c\n\nd,e,f\ng,h",i\n',
        'title,body,category\na,b,"c\nd\ne,f,g"\n',
        'title,body\na,"b\nc\nd,e"\n',
        'title,body\na,"b\nc;x,""d, d""\ne,f"\n',
        'title,body,category,urgency,impact\na,"b,c\nd,e,f\ng,h",i\n',
        'title,body,category,urgency,impact\na,b,x,"2\nd,e\ng"\n',
        'title,urgency\n"Monitor,1\nWindows 11,2\nMonitor 24",3\n',
        'body,external_ref\n"Monitor,100\nsee http://b.example/x,101\nMonitor 24",102\n',
    ],
)
def test_a_row_that_looks_like_several_fails_unless_somebody_says_that_it_is_right(
    trackline: Trackline, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_text(f"{text}last\n")
    assert "1 created, 0 were there already, 1 failed" in run(file).output
    assert "Line 2: looks like several rows" in reasons(tmp_path)[0]
    errors = tmp_path / "old.csv.errors.csv"
    assert "0 created, 0 were there already, 1 failed" in run(errors, "--source", "old").output
    assert "1 created, 0 were there already, 0 failed" in run(errors, "--source", "old", "--multiline").output
    assert "0 created, 2 were there already, 0 failed" in run(file, "--multiline").output


def test_a_row_with_as_many_commas_in_each_line_as_titles_is_no_fault_of_the_file(
    trackline: Trackline, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_text('title,body,category,urgency\na,b,"Hof 1, links\nBerlin, DE, EU, X"\nb,c,d,2\n')
    assert "1 created, 0 were there already, 1 failed" in run(file).output
    assert "Line 2: looks like several rows" in reasons(tmp_path)[0]
    assert "1 created, 1 were there already, 0 failed" in run(file, "--multiline").output


def test_letters_that_were_lost_are_said_with_their_line(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,body,category\na,b,c\nF\ufffdnf,x,\n")
    output = run(file, answer="n\n").output
    assert "letters that an earlier program has lost (\ufffd) → kept so: line 3\n" in output


@pytest.mark.parametrize(("given", "kept"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD"), ("NFC", "NFC")])
def test_a_column_is_named_however_its_title_is_composed(
    trackline: Trackline, tmp_path: Path, given: Literal["NFC", "NFD"], kept: Literal["NFC", "NFD"]
) -> None:
    file = tmp_path / "old.csv"
    file.write_text(normalize(kept, "Störung;für  wen\nPrinter;broken\n"))
    maps = ["--map", normalize(given, "Störung=title"), "--map", normalize(given, "für wen=description")]
    assert run(file, *maps).exit_code == 0
    assert (trackline.of_row(1)["title"], trackline.of_row(1)["description"]) == ("Printer", "broken")


def test_the_encoding_of_a_file_can_be_named(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("title\nŁukasz Błaszczyk nie działa\n".encode("cp1250"))
    refused = run(file)
    assert (refused.exit_code, "which letters line 2 contains" in refused.output) == (1, True)
    assert "give --encoding cp1250" in refused.output
    read = run(file, "--encoding", "cp1250")
    assert (read.exit_code, "encoding    cp1250" in read.output) == (0, True)
    assert trackline.of_row(1)["title"] == "Łukasz Błaszczyk nie działa"
    assert run(file, "--encoding", "base64").exit_code == 2


def test_words_that_may_be_others_are_shown_before_anything_is_imported(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("title\nDrucker von Oğuz\nGerät für Müller\n".encode("cp1254"))
    asked = run(file, answer="n\n").output
    assert "encoding    cp1252\n" in asked
    assert "doubtful    “Oðuz” is “Oğuz” if the encoding is cp1254: then give --encoding cp1254\n" in asked
    unseen = run(file)
    assert (unseen.exit_code, "Name it by --encoding" in unseen.output, trackline.tickets) == (1, True, {})
    named = run(file, "--encoding", "cp1254").output
    assert ("encoding    cp1254" in named, "doubtful" in named) == (True, False)
    assert trackline.of_row(1)["title"] == "Drucker von Oğuz"


@pytest.mark.parametrize(
    "title", ["Elle doit être là demain", "La stampante non funziona più", "Ele já saiu", "Den næste printer"]
)
def test_common_words_stop_no_import_without_a_question(trackline: Trackline, tmp_path: Path, title: str) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(f"title\n{title}\n".encode("cp1252"))
    done = run(file)
    assert (done.exit_code, "doubtful" in done.output) == (0, False)
    assert trackline.of_row(1)["title"] == title


def test_letters_of_dos_are_read(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("title;category\r\nFünf Drucker;Gerät\r\n".encode("cp850"))
    assert run(file).exit_code == 0
    assert [trackline.of_row(1)["title"], trackline.categories[0]["name"]] == ["Fünf Drucker", "Gerät"]


def test_rows_with_the_same_reference_become_one_ticket(trackline: Trackline, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("external_ref,title\nA-1,Hello\nA-1,Hello\nA-2,Hello\nA-2,Bye\n")
    assert "2 created, 1 were there already, 1 failed" in run(path).output
    [reason] = reasons(tmp_path)
    assert reason.startswith("Line 5: line 4 has the reference A-2 too, with other contents.")


def test_nobody_reads_of_keys_when_a_reference_is_used_again(trackline: Trackline, tmp_path: Path) -> None:
    run(write(tmp_path, "a,x,0,,3,3"))
    trackline.tickets.clear()
    assert "1 created" in run(write(tmp_path, "b,x,0,,3,3")).output


def test_an_expired_token_is_renewed_once(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, *(f"t{number},x,0,,3,3" for number in range(40)))
    original = trackline._create

    def expiring(request: httpx.Request) -> httpx.Response:
        answer = original(request)
        if trackline.posts == 10:
            trackline.expire_token()
        return answer

    trackline._create = expiring  # type: ignore[method-assign]
    result = run(file)
    assert result.exit_code == 0, result.output
    assert (len(trackline.tickets), trackline.refreshes) == (40, 1)


def test_at_most_eight_at_once(trackline: Trackline, tmp_path: Path) -> None:
    run(write(tmp_path, *(f"t{number},x,0,,3,3" for number in range(50))))
    assert trackline.most_at_once == 8
    assert len(trackline.tickets) == 50


def test_a_wrong_password_prints_a_message(trackline: Trackline, tmp_path: Path) -> None:
    result = run(write(tmp_path, "a,x,0,,3,3"), password="wrong")
    assert result.exit_code == 1
    assert "Trackline refused" in result.output
    assert "Traceback" not in result.output


def test_columns_are_mapped(trackline: Trackline, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("Nr,Subject,Text,category\nA-1,Hello,World,4\n")
    options = ["--map", "Nr=external_ref", "--map", "Subject=title", "--map", "Text=description", "--map", "category="]
    result = run(path, *options, "--source", "otrs")
    assert result.exit_code == 0, result.output
    assert trackline.tickets["A-1"]["source"] == "otrs"
    assert (trackline.tickets["A-1"]["title"], trackline.categories) == ("Hello", [])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"nowhere": "title"}, "no column 'nowhere'"),
        ({"title": "subject"}, "no field 'subject'"),
        ({"title": "", "body": ""}, "no column stands for title"),
        ({"title": "description", "body": "description"}, "several columns"),
    ],
)
def test_a_wrong_mapping_is_explained(given: dict[str, str], message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        rows.map_columns(["title", "body"], given)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "It is empty"),
        (b"PK\x03\x04\x14\x00\x06\x00", "It is a workbook of a spreadsheet"),
        (b"a,b\n1,2\n", "no column stands for title"),
        (b"title,body\n", "it has no rows below the titles"),
        (b"\xef\xbb\xbftitle,body\r,\r\r", "it has no rows below the titles"),
        (b"title,body" + b",x" * 20_000 + b"\na,b\n", "It has more than 500 columns"),
        (b"title,title,body\na,b,c\n", "several columns have the title title: rename them"),
        (b"body;Subject;body\na;b;c\n", "several columns have the title body: rename them"),
        ('title,body\r"open,z\ra,b\r'.encode("utf-16"), "The quotation mark in line 2 is never closed"),
        (b'title,body\nx,y\n"open,z\na,b\n', "The quotation mark in line 3 is never closed"),
        (
            "title\nÄ\nÖ\n".encode() + b"Gr\xfc\xdfe\n" + "Ü, ü, ö".encode(),
            "which letters line 4 contains",
        ),
    ],
)
def test_an_unusable_file_prints_a_message(trackline: Trackline, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    result = run(path)
    assert (result.exit_code, trackline.posts) == (1, 0)
    assert "cannot be imported" in result.output
    assert words in result.output


TITLES = ["Titel", "Beschreibung", "external_ref"]
ROWS = [
    ["Drucker; der große", 'druckt "nicht"', "A-1"],
    ["+49 (0)30 12-34", "@Vertrieb", "A-2"],
    ["=1+1", "-5", "A-3"],
    ["'=1+1", "über, für", "A-4"],
]
SHAPES = shapes(TITLES, ROWS)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_each_shape_is_imported_and_its_rows_to_correct_read_back_equal(
    trackline: Trackline, tmp_path: Path, shape: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(SHAPES[shape])
    trackline.refused_titles = {"+49 (0)30 12-34", "'=1+1"}
    result = run(file)
    assert "2 created, 0 were there already, 2 failed" in result.output
    mending = tmp_path / "old.csv.errors.csv"
    form, columns, _ = contents(file)
    assert contents(mending) == (form, columns, [ROWS[1], ROWS[3]])
    run(mending, "--source", "old")
    assert contents(tmp_path / "old.csv.errors.csv.errors.csv") == contents(mending)
    trackline.refused_titles = set()
    assert run(mending, "--source", "old").exit_code == 0
    found = [[trackline.tickets[ref][name] for name in ("title", "description")] for ref in sorted(trackline.tickets)]
    assert found == [row[:2] for row in ROWS]


def contents(path: Path) -> tuple[Form, Sequence[str], list[list[str]]]:
    with open_table(path) as table:
        return table.form, table.columns, [row[: len(TITLES)] for row in table.rows if any(row)]


def test_a_row_with_too_many_cells_fails(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, "good,x,0,,3,3", "bad,x,0,,3,3,more", "short,x")
    result = run(file)
    assert "2 created, 0 were there already, 1 failed" in result.output
    assert reasons(tmp_path) == ["Line 3: 7 cells, but only 6 columns"]
    assert "0 created, 0 were there already, 1 failed" in run(tmp_path / "old.csv.errors.csv", "--source", "old").output


def test_what_may_be_a_mistake_is_said_with_its_line(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text('title,created_at,body,external_ref\n"a\nb",x,y,A1\n\nshort,x,y\nc,x,y,\n')
    result = run(file)
    assert result.exit_code == 0, result.output
    for sentence in (
        "fewer cells than columns → the missing ones are empty: line 5\n",
        "no reference → one made of its contents: line 5, 6\n",
        "left out    the columns created_at\n",
    ):
        assert sentence in result.output
    assert set(trackline.tickets) == {"A1", *made(trackline)}
    assert len(trackline.tickets) == 3


def test_one_of_several_columns_of_the_same_title_is_chosen_by_its_number(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("title,title,body\na,b,c\n")
    assert run(file, "--map", "title 2=title").exit_code == 0
    assert trackline.of_row(1)["title"] == "b"


@pytest.mark.parametrize("name", [b"a\nb\x1b.csv", b"a\rb.csv", b"a b\x7f.csv"])
def test_the_name_of_the_file_and_a_reference_are_one_line(trackline: Trackline, tmp_path: Path, name: bytes) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    file.write_text('title,external_ref\na,"A\n\x071"\n')
    for output in ("1 created", "1 were there already"):
        assert output in run(file).output
    assert (list(trackline.tickets), trackline.tickets["A 1"]["source"]) == (["A 1"], "a b")


def test_the_name_of_a_file_that_is_no_text(trackline: Trackline, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.csv"))
    file.write_text("title\na\n")
    assert run(file).exit_code == 0
    assert trackline.of_row(1)["source"] == "a?"


def test_no_text_of_a_file_reaches_the_terminal_with_what_it_obeys(trackline: Trackline, tmp_path: Path) -> None:
    file = tmp_path / "a\x1b]0;evil\x07.csv"
    file.write_text("title,x\x1b[2J,category\na,b,c\x9b2J\n")
    output = run(file).output
    assert "the columns x[2J" in output
    assert not {"\x1b", "\x07", "\x9b"} & set(output)


def test_the_name_of_a_field_comes_before_a_title_that_only_means_it() -> None:
    assert rows.map_columns(["Betreff", "title", "TEXT"], {}) == {"title": "title", "TEXT": "description"}
    assert rows.map_columns(["title", "title 2"], {}) == {"title": "title"}
    with pytest.raises(UnusableFile, match="several columns stand for title"):
        rows.map_columns(["Betreff", "Titel"], {})


def test_a_long_title_loses_nothing(tmp_path: Path) -> None:
    title = "word " * 60
    [draft] = rows.read_drafts(write(tmp_path, f"{title},x,0,,3,3"), rows.map_columns(HEADER.split(","), {}), "s")
    assert len(draft.body["title"]) == 200
    assert draft.body["description"] == f"{title.strip()}\n\nx"


def test_tickets_of_another_help_desk_are_read(tmp_path: Path) -> None:
    path = tmp_path / "helpdesk.csv"
    header = "title,body,ticket_type,category,sub_category1,sub_category2,business_service,urgency,impact"
    path.write_text(
        f"{header}\n,hi please approve the request thanks,1,4,2,21,71,3,4\nicon,setup icon,1,6,22,7,26,3,4\n"
    )
    plan, found = read_all(path)
    assert (plan.rows, plan.unusable) == (2, 0)
    assert plan.changes == {"impact 4 → 3 (outside 1–3)": 2, "empty title → the first words of the text": 1}
    assert plan.categories == {"Category 4": 1, "Category 6": 1}
    assert plan.kinds == {"1 → request": 2}
    assert {(draft.body["urgency"], draft.body["impact"]) for draft in found} == {(3, 3)}


@pytest.mark.skipif(not REAL.exists(), reason="the real tickets are not part of the project")
def test_the_real_tickets_are_read() -> None:
    plan, found = read_all(REAL)
    assert (plan.rows, plan.unusable) == (3000, 0)
    assert plan.changes == {"impact 4 → 3 (outside 1–3)": 3000, "empty title → the first words of the text": 54}
    assert plan.categories["Category 4"] == 2064
    assert plan.kinds == {"1 → request": 3000}
    assert {(draft.body["urgency"], draft.body["impact"]) for draft in found} == {(3, 3)}


def read_all(file: Path) -> tuple[Plan, list[Any]]:
    plan = Plan()
    mapped = rows.map_columns(rows.read_head(file).columns, {})
    return plan, list(rows.read_drafts(file, mapped, "helpdesk", plan))


def test_a_row_whose_category_is_refused_fails_alone(trackline: Trackline, tmp_path: Path) -> None:
    result = run(write(tmp_path, "a,x,0,\u200b,3,3", "b,x,0,Hardware,3,3", "c,x,0,,3,3"))
    assert "2 created, 0 were there already, 1 failed" in result.output
    assert "was refused: 422 /name: not this one" in reasons(tmp_path)[0]


def test_a_category_is_found_whatever_the_form_of_its_name(trackline: Trackline, tmp_path: Path) -> None:
    trackline.categories.append({"id": "old", "name": "Gebäude"})
    names = ("GEBÄUDE", "Geba\u0308ude", "Wi\u00adFi", "WiFi", "wifi")
    file = write(tmp_path, *(f"Title {name},text,0,{name},1,1" for name in names))
    assert run(file).exit_code == 0
    assert len(trackline.categories) == 2
    assert [trackline.of_row(number)["category_id"] for number in (1, 2)] == ["old", "old"]
    assert len({trackline.of_row(number)["category_id"] for number in (3, 4, 5)}) == 1


def test_a_row_is_the_same_if_trackline_has_composed_its_texts(trackline: Trackline, tmp_path: Path) -> None:
    file = write(tmp_path, "Tu\u0308r,klemmt \u00adheute,0,4,1,2")
    assert run(file).exit_code == 0
    trackline.of_row(1).update(title="Tür", description="klemmt heute")
    again = run(file)
    assert (again.exit_code, "1 were there already, 0 failed" in again.output) == (0, True), again.output
