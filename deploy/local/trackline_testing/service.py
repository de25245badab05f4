import os
import sys
from pathlib import Path

import httpx

from trackline_chassis.settings import ChassisSettings
from trackline_local.ports import free_port
from trackline_local.program import Program


class Service(Program):
    """A service as a process that tests can kill and restart on the same port. It ends with the test run."""

    def __init__(self, package: str, settings: ChassisSettings, folder: Path, **environment: str) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "trackline_chassis", package]
        own = {
            **_as_environment(settings),
            "TRACKLINE_HEALTH_PORT": str(port),
            "TRACKLINE_ENCRYPTION_KEYS": "k" * 32,
            **environment,
        }
        log = folder / f"{package}-{port}.log"
        super().__init__(package, command, log, {**os.environ, **own}, folder, f"{self.address}/readyz")

    def start_and_wait(self) -> None:
        self.start()
        self.wait_ready(30)

    def metrics(self) -> str:
        return httpx.get(f"{self.address}/metrics").text

    def metric(self, name: str) -> float:
        """Returns the value of a metric. A name with labels must have them in the exposed form."""
        lines = self.metrics().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


def _as_environment(settings: ChassisSettings) -> dict[str, str]:
    given = settings.model_dump() | {"retry_delays": ",".join(map(str, settings.retry_delays))}
    return {f"TRACKLINE_{name.upper()}": str(value) for name, value in given.items()}
