import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from .helpers import Alive, Eventually, Said, Supervised

# A shell starts what it puts into the background with SIGINT ignored, and a child inherits that: the programs under
# test must hear it all the same.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def eventually() -> Eventually:
    """Polls until the condition holds, 20 seconds at most."""

    def wait(condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, what
            time.sleep(0.02)

    return wait


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    make_run = Supervised(tmp_path / "state")
    yield make_run
    make_run.end()


@pytest.fixture
def until_ready() -> Said:
    """Returns what it said up to the line that tells the address; fails with all it said when it ended before."""

    def read(process: "subprocess.Popen[str]") -> str:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("ready:"):
                return said
        raise AssertionError(f"never ready:\n{said}")

    return read


@pytest.fixture
def rest_of() -> Said:
    def read(process: "subprocess.Popen[str]") -> str:
        assert process.stdout
        return process.stdout.read()

    return read


@pytest.fixture
def alive() -> Alive:
    def look(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return look
