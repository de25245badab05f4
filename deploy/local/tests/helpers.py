import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from trackline_local.ports import port_for_another_run

STAND_IN = Path(__file__).parent / "standin"

Eventually = Callable[[Callable[[], object], str], None]
Alive = Callable[[int], bool]
ReadOutput = Callable[["subprocess.Popen[str]"], str]


class Supervised:
    """`make run` as a process of its own, with stand-ins for Trackline's programs and addresses of no real servers."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.port = port_for_another_run()
        self._started: list[subprocess.Popen[str]] = []

    def start(self, **settings: str) -> "subprocess.Popen[str]":
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACKLINE_")} | {
            "PYTHONPATH": str(STAND_IN),
            "TRACKLINE_STATE": str(self.state),
            "TRACKLINE_PORT": str(self.port),
            "TRACKLINE_AMQP_URL": "amqp://elsewhere",
            "TRACKLINE_MONGODB_URL": "mongodb://elsewhere",
            "TRACKLINE_ELASTICSEARCH_URL": "http://elsewhere",
            **settings,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "trackline_local", "run"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(30)
            if process.stdout:
                process.stdout.close()
