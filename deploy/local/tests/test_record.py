import subprocess
from pathlib import Path

import psutil

from trackline_local.record import Record

from .helpers import Alive


def test_leftovers_are_ended_and_nothing_else(tmp_path: Path, alive: Alive) -> None:
    ours, strangers = (subprocess.Popen(["sleep", "600"]) for _ in range(2))
    try:
        record = Record(tmp_path)
        record.write({}, [ours.pid])
        record.end_leftovers()
        assert not alive(ours.pid)
        assert alive(strangers.pid)
    finally:
        for process in (ours, strangers):
            process.kill()
            process.wait()


def test_a_reused_process_id_is_left_alone(tmp_path: Path, alive: Alive) -> None:
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        record = Record(tmp_path)
        record.write({}, [stranger.pid])
        written = (tmp_path / "run.json").read_text()
        started = psutil.Process(stranger.pid).create_time()
        (tmp_path / "run.json").write_text(written.replace(str(started), str(started - 60)))
        record.end_leftovers()
        assert alive(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_without_a_record_there_is_nothing_to_end(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.end_leftovers()
    assert record.read() == {}


def test_a_damaged_record_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"pid": 1')
    assert Record(tmp_path).read() == {}
