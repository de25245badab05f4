"""What the end of a judge says about its file."""

import asyncio
import os
import signal
from tempfile import TemporaryFile

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from gateway.judge import process
from gateway.judge.process import Judges
from trackline_schemas.errors import ServiceError

from ..core.waiting import until
from .made import WINDOWS_PROGRAM, compound, letter, packed
from .processes import judges
from .test_directory import of_two_disks

CONFINED = "from gateway.kit.confined import confine; confine(256_000_000, 1)\n"


async def refusal(content: bytes = letter({}), name: str = "a.docx") -> ServiceError | None:
    with TemporaryFile() as file:
        file.write(content)
        try:
            await Judges().check(file, name, "maria")
        except ServiceError as error:
            return error
    return None


def count(outcome: str) -> float:
    return REGISTRY.get_sample_value("trackline_file_judgements_total", {"outcome": outcome}) or 0.0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_judge_that_dies_or_hangs_says_nothing_about_the_file(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr(process, "WALL_SECONDS", 1.0)
    before = count("failed")
    judged = asyncio.create_task(refusal())
    await until(judges)
    os.kill(judges()[0], number)
    error = await judged
    assert error
    assert (error.code, error.reason, error.detail["retry_after"]) == ("unavailable", "file_not_judged", 30)
    assert count("failed") == before + 1
    assert not judges()
    assert await refusal() is None


@pytest.mark.parametrize(
    ("script", "outcome", "reason"),
    [
        ("", "clean", ""),
        ("raise SystemExit(10)", "program", "file_is_program"),
        ("raise SystemExit(11)", "costly", "file_holds_too_much"),
        (CONFINED + "while True: pass", "costly", "file_holds_too_much"),
        ("raise SystemExit(1)", "failed", "file_not_judged"),
        ("import os; os.abort()", "failed", "file_not_judged"),
    ],
    ids=["0", "10", "11", "SIGXCPU", "1", "SIGABRT"],
)
async def test_each_end_has_a_meaning(monkeypatch: pytest.MonkeyPatch, script: str, outcome: str, reason: str) -> None:
    monkeypatch.setattr(process, "WORKER", ("-I", "-c", script))
    before = count(outcome)
    error = await refusal()
    assert (error.reason if error else "") == reason
    assert count(outcome) == before + 1


async def test_a_damaged_archive_is_no_failure() -> None:
    before = count("failed")
    error = await refusal(of_two_disks())
    assert error
    assert error.reason == "file_is_program"
    assert count("failed") == before


PAGE = packed("page.html", b"<html>")
HELD = {
    "page.html": (
        PAGE,
        letter({"word/embeddings/oleObject1.bin": PAGE}),
        letter({"word/b.docx": letter({"a.bin": PAGE})}),
    ),
    "web.config": (packed("web.config", b"<?xml version='1.0'?><a/>"),),
    "types.xsd": (packed("types.xsd", b"<a/>"), packed("C:\\Temp/types.xsd", b"<a/>")),
    "afchunk1.doc": (letter({"word/afchunk1.doc": b"<html>"}),),
    "a.xls": (letter({"word/embeddings/a.xls": b"<table>"}),),
    "b.docx": (letter({"word/b.docx": letter({"word/vbaProject.bin": b"x"})}),),
}


@pytest.mark.parametrize("part", HELD)
async def test_a_refusal_says_what_to_take_out(part: str) -> None:
    for content in HELD[part]:
        error = await refusal(content)
        assert error
        assert (error.reason, error.params) == ("file_holds_program", {"name": "a.docx", "part": part})


async def test_a_refusal_names_nothing_that_nobody_put_in() -> None:
    for content in (letter({"word/vbaProject.bin": b"x"}), compound({"\x01Ole10Native": bytes(4) + WINDOWS_PROGRAM})):
        error = await refusal(content, "a.doc")
        assert error
        assert error.reason == "file_is_program"


async def test_what_a_judge_says_is_logged_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys\nfor n in range(100_000): print('far', file=sys.stderr)\nraise ValueError('the reason')"
    monkeypatch.setattr(process, "WORKER", ("-I", "-c", script))
    with capture_logs() as lines:
        assert await refusal()
    (line,) = lines
    assert (line["status"], len(line["said"])) == (1, process.MOST_WORDS)
    assert line["said"].endswith("ValueError: the reason\n")


async def test_a_judge_that_the_system_does_not_start_is_one_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    error = await refusal()
    assert error
    assert error.reason == "file_not_judged"


async def test_a_cancelled_judgement_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = asyncio.create_task(refusal())
    await until(judges)
    judged.cancel()
    await asyncio.wait([judged])
    assert not judges()
