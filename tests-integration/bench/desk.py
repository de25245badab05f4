"""Runs in this process what `make run` runs, with the settings of measurements."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from harness.api import Api

from bench import cpu
from bench.production import INTERVALS
from trackline_local.ports import free_port
from trackline_local.record import Record
from trackline_local.run import Supervisor
from trackline_local.settings import RunSettings
from trackline_local.system import System

DATABASE = "trackline"


@contextmanager
def running(state: Path) -> Iterator[System]:
    """Yields the system of a state folder, and stops it, with its servers, also when this process is told to end."""
    signal.signal(signal.SIGTERM, _interrupt)
    os.environ.update(INTERVALS, TRACKLINE_DATABASE_PREFIX=DATABASE, TRACKLINE_INDEX_PREFIX=DATABASE)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    supervisor = Supervisor(RunSettings(port=free_port(), state=state), Record(state))
    try:
        yield supervisor.start()
    finally:
        supervisor.stop()


def administrator(system: System) -> Api:
    return Api.sign_in(system.url, system.administrator.email, system.administrator.password)


def pids(system: System) -> dict[str, int]:
    """Returns name → pid of the system's processes and servers."""
    backends = system.backends
    servers = cpu.servers(backends.amqp_url, backends.mongodb_url, str(backends.elasticsearch_url))
    return {**{name: program.pid for name, program in system.programs.items() if program.pid}, **servers}


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
