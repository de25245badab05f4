import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from .helpers import Alive, Eventually, ReadOutput, Supervised

# A shell starts background jobs with SIGINT ignored, and children inherit that. The programs under test must receive
# SIGINT all the same.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def eventually() -> Eventually:
    """Polls until the condition is true, for 20 seconds at most."""

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
def until_ready() -> ReadOutput:
    """Returns the output up to the line with the address. Fails with the whole output if the process ends before."""

    def read(process: "subprocess.Popen[str]") -> str:
        assert process.stdout
        output = ""
        for line in process.stdout:
            output += line
            if line.startswith("ready:"):
                return output
        raise AssertionError(f"never ready:\n{output}")

    return read


@pytest.fixture
def rest_of() -> ReadOutput:
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
