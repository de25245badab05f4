import signal
import subprocess
import sys
from pathlib import Path

import psutil

from trackline_local.process import Process

from .helpers import Alive, Eventually

FOREVER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
IGNORES_SIGTERM = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def up(process: Process) -> bool:
    return "up" in process.last_lines()


def test_stop_sends_sigterm(tmp_path: Path, eventually: Eventually) -> None:
    process = Process("p", FOREVER, tmp_path / "p.log")
    process.start()
    eventually(lambda: up(process), "not started")
    process.stop()
    assert process.exit_code == -signal.SIGTERM
    assert process.pid is None


def test_stop_kills_a_process_that_ignores_sigterm(tmp_path: Path, eventually: Eventually) -> None:
    process = Process("p", IGNORES_SIGTERM, tmp_path / "p.log")
    process.start()
    eventually(lambda: up(process), "not started")
    process.stop(seconds=0.2)
    assert process.exit_code == -signal.SIGKILL


def test_kill_also_kills_the_children(tmp_path: Path, eventually: Eventually, alive: Alive) -> None:
    process = Process("p", ["sh", "-c", "sleep 600 & echo up; wait"], tmp_path / "p.log")
    process.start()
    eventually(lambda: up(process), "not started")
    assert process.pid
    [child] = psutil.Process(process.pid).children()
    process.kill()
    assert not alive(child.pid)


def test_it_ends_with_its_starter(tmp_path: Path, eventually: Eventually, alive: Alive) -> None:
    log = tmp_path / "p.log"
    code = f"""
import os, pathlib, signal
from trackline_local.process import Process
process = Process("p", {FOREVER!r}, pathlib.Path({str(log)!r}))
process.start()
print(process.pid, flush=True)
while "up" not in process.last_lines(): pass
os.kill(os.getpid(), signal.SIGKILL)
"""
    starter = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    eventually(lambda: not alive(int(starter.stdout)), "the child outlived a killed starter")


def test_pause_and_resume(tmp_path: Path, eventually: Eventually) -> None:
    process = Process("p", FOREVER, tmp_path / "p.log")
    process.start()
    eventually(lambda: up(process), "not started")
    assert process.pid
    process.pause()
    eventually(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, "not paused")
    process.resume()
    eventually(lambda: psutil.Process(process.pid).status() != psutil.STATUS_STOPPED, "not resumed")
    process.stop()


def test_a_long_log_is_set_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "p.log"
    log.write_bytes(b"x" * 20_000_001)
    process = Process("p", ["true"], log)
    process.start()
    process.stop()
    assert log.stat().st_size == 0
    assert (tmp_path / "p.log.1").stat().st_size == 20_000_001
