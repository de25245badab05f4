"""trackline search: what it prints, and that it starts a job only once."""

import functools
import json
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from trackline_cli import access, api, commands, search

STARTED = "2026-03-02T09:00:00Z"


class Index:
    """A fake of the search operations. Each request for the status gets the next of `answers`, and the last one again
    and again. KeyboardInterrupt stands for Ctrl-C."""

    def __init__(self, *answers: dict[str, Any] | type[BaseException]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        kind = request.url.path.removeprefix("/api/v1/search/")
        if request.method == "POST":
            self.asked.append((kind, json.loads(request.content)))
            return httpx.Response(202, json=job(kind))
        found = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(found, type):
            raise found
        status = {"documents": 5000, "dirty": 2, "lag_seconds": 1.4, "degraded": False, "jobs": [found]}
        return httpx.Response(200, json=status)


def job(kind: str, phase: str = "filling", documents: int = 0, **rest: Any) -> dict[str, Any]:
    counts = {"dry_run": False, "missing": 0, "stale": 0, "orphaned": 0, **rest}
    finished = "2026-03-02T09:01:30Z" if phase == "done" else None
    given = {"job_id": "j", "kind": kind, "phase": phase, "documents": documents, "total": 5000}
    return given | counts | {"started_at": STARTED, "finished_at": finished}


def run(monkeypatch: pytest.MonkeyPatch, index: Index, *command: str) -> Result:
    monkeypatch.setattr(access, "Api", functools.partial(api.Api, transport=index.transport()))
    monkeypatch.setattr(search, "PAUSE", 0.001)
    return CliRunner().invoke(commands.app, ["search", *command, "--token", "t"])


def test_a_rebuild_is_followed_until_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(job("rebuild", documents=10), job("rebuild", "removing", 5000), job("rebuild", "done", 5000))
    result = run(monkeypatch, index, "rebuild")
    assert result.exit_code == 0, result.output
    assert "rebuild: a new index of 5,000 documents, at 2026-03-02 09:00 UTC in 90 s." in result.output
    assert "5000/5000" in result.output
    assert index.asked == [("rebuild", {})]


@pytest.mark.parametrize(
    ("arguments", "found", "said"),
    [
        ([], {"missing": 1, "stale": 2}, "1 missing, 2 stale, 0 orphaned, all repaired, at"),
        ([], {}, "5,000 documents compared: 0 missing, 0 stale, 0 orphaned, at"),
        (["--dry-run"], {"orphaned": 3, "dry_run": True}, "0 missing, 0 stale, 3 orphaned, in a dry run, at"),
    ],
)
def test_a_comparison_reports_its_counts(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], found: dict[str, Any], said: str
) -> None:
    index = Index(job("reconcile", "done", 5000, **found))
    result = run(monkeypatch, index, "reconcile", *arguments)
    assert result.exit_code == 0, result.output
    assert said in result.output
    assert index.asked == [("reconcile", {"dry_run": bool(arguments)})]


def test_ctrl_c_stops_the_command_and_not_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(job("replay", "replaying", 10), KeyboardInterrupt)
    result = run(monkeypatch, index, "replay")
    assert result.exit_code == 130
    assert "The job goes on. Follow it by: trackline search status" in result.output
    assert index.asked == [("replay", {})]


def test_the_status_shows_a_running_job(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(job("rebuild", "filling", 1200))
    result = run(monkeypatch, index, "status")
    assert "Elasticsearch answers. 5,000 documents, 2 not in the index yet, the oldest for 1 s." in result.output
    assert "rebuild: Filling the new index, 1,200 of 5,000, for" in result.output
    assert index.asked == []
