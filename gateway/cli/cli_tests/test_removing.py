"""trackline import remove"""

import pytest
from typer.testing import CliRunner, Result

from trackline_cli import commands, removing

from .fakes import PASSWORD, Trackline


@pytest.fixture
def trackline(trackline: Trackline, monkeypatch: pytest.MonkeyPatch) -> Trackline:
    monkeypatch.setattr(removing, "PAUSE", 0)
    trackline.imported = {f"{source}{number}": {"source": source} for source in ("old", "other") for number in range(5)}
    return trackline


def run(source: str, *options: str) -> Result:
    environment = {"TRACKLINE_EMAIL": "admin@example.org", "TRACKLINE_PASSWORD": PASSWORD}
    return CliRunner().invoke(commands.app, ["import", "remove", source, *options], env=environment, input="n\n")


def test_it_repeats_until_no_ticket_of_the_source_remains(trackline: Trackline) -> None:
    result = run("old", "--yes")
    assert result.exit_code == 0, result.output
    assert "5 tickets removed for ever." in result.output
    assert "5/5" in result.output
    assert {body["source"] for body in trackline.imported.values()} == {"other"}
    assert len(trackline.imported) == 5


def test_it_says_when_the_source_has_no_tickets(trackline: Trackline) -> None:
    run("old", "--yes")
    assert "There is no ticket of source “old”." in run("old", "--yes").output
    assert len(trackline.imported) == 5


def test_it_asks_first(trackline: Trackline) -> None:
    result = run("old")
    assert result.exit_code == 1
    assert "source “old” from http://127.0.0.1:8000, for ever?" in result.output
    assert (trackline.posts, len(trackline.imported)) == (0, 10)


def test_it_retries_temporary_failures_and_reports_a_refusal(trackline: Trackline) -> None:
    trackline.failures.extend([1, 1])
    assert "5 tickets removed" in run("old", "--yes").output
    trackline.failures.append(0)
    result = run("other", "--yes")
    assert result.exit_code == 1
    assert "Trackline refused: refused: unavailable (500)" in result.output
