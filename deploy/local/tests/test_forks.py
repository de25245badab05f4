"""Fork servers: each process is as if it had been started anew."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from trackline_local.process import Process
from trackline_testing.forks import Fork, ForkServer

from .helpers import Alive, Eventually

PROGRAM = """
import atexit, os, random, sys, time

def main():
    atexit.register(print, "tidied up")
    print(sys.argv[1:], os.environ["WANTED"], "HOME" in os.environ, os.getcwd(), time.tzname[0], random.random())
    print("up", flush=True)
    match os.environ["WANTED"]:
        case "leave":
            sys.exit(3)
        case "fail":
            raise ValueError("no luck")
        case "wait":
            time.sleep(600)

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def server(tmp_path: Path) -> ForkServer:
    package = tmp_path / "code" / "a_program"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(PROGRAM)
    return ForkServer(("a_program", "given"), str(package.parent))


def start(server: ForkServer, folder: Path, wanted: str) -> Fork:
    with (folder / "log").open("ab") as log:
        return server.start(log, {"WANTED": wanted, "TZ": "XYZ+3"}, folder)


def test_a_process_has_its_own_environment_folder_log_and_end(server: ForkServer, tmp_path: Path) -> None:
    # One after the other, because they write into the same log.
    assert [start(server, tmp_path, wanted).wait(60) for wanted in ("leave", "fail")] == [3, 1]
    written = (tmp_path / "log").read_text()
    first, second = (line.split(" ") for line in written.splitlines() if line.startswith("["))
    assert first[:5] == ["['given']", "leave", "False", str(tmp_path), "XYZ"]
    assert second[:5] == ["['given']", "fail", "False", str(tmp_path), "XYZ"]
    assert first[5] != second[5]
    assert "ValueError: no luck" in written
    assert written.count("tidied up") == 2


def test_a_signal_ends_one_process_and_no_other(server: ForkServer, tmp_path: Path, eventually: Eventually) -> None:
    one, other = (start(server, tmp_path, "wait") for _ in range(2))
    eventually(lambda: (tmp_path / "log").read_text().count("up") == 2, "not started")
    assert one.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        one.wait(0.05)
    one.send_signal(signal.SIGKILL)
    assert one.wait(20) == -signal.SIGKILL
    assert other.poll() is None
    other.send_signal(signal.SIGTERM)
    assert other.wait(20) == -signal.SIGTERM


def test_it_is_a_session_of_its_own_and_inherits_no_file(
    server: ForkServer, tmp_path: Path, eventually: Eventually
) -> None:
    start(server, tmp_path, "wait")
    fork = start(server, tmp_path, "wait")
    eventually(lambda: (tmp_path / "log").read_text().count("up") == 2, "not started")
    assert os.getsid(fork.pid) == fork.pid
    assert {file.name for file in Path(f"/proc/{fork.pid}/fd").iterdir()} == {"0", "1", "2"}
    fork.send_signal(signal.SIGKILL)


def test_processes_end_with_the_test_run(tmp_path: Path, eventually: Eventually, alive: Alive) -> None:
    code = f"""
import os, pathlib, signal, sys
from trackline_local.process import Process
from trackline_testing import forks
Process.spawn = staticmethod(forks.spawn)
folder = pathlib.Path({str(tmp_path)!r})
environment = {{"TRACKLINE_STATE": str(folder), "TRACKLINE_MAILBOX_PORT": "0"}}
mailbox = Process("m", [sys.executable, "-m", "gateway.mailbox"], folder / "log", environment, folder)
mailbox.start()
print(mailbox.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    starter = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    eventually(lambda: not alive(int(starter.stdout)), "the process outlived a killed test run")


def test_a_program_that_cannot_be_imported_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="No module named 'no_such_program'"):
        start(ForkServer(("no_such_program",)), tmp_path, "leave")


def test_the_tests_fork_the_products_own_programs(tmp_path: Path, eventually: Eventually) -> None:
    environment = {**os.environ, "TRACKLINE_STATE": str(tmp_path), "TRACKLINE_MAILBOX_PORT": "0"}
    mailbox = Process("m", [sys.executable, "-m", "gateway.mailbox"], tmp_path / "log", environment, tmp_path)
    mailbox.start()
    assert mailbox.pid
    assert "trackline_testing.fork_server" in psutil.Process(mailbox.pid).cmdline()
    mailbox.stop()
