import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from trackline_local.process import Process
from trackline_local.steps import Failure


class Program(Process):
    """One of Trackline's own processes.

    It is ready when its `ready_url` answers 200 (http) or accepts a connection (tcp).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        folder: Path,
        ready_url: str,
    ) -> None:
        super().__init__(name, command, log, environment, folder)
        self.ready_url = ready_url

    def ready(self) -> bool:
        address = urlsplit(self.ready_url)
        if address.scheme == "tcp":
            return accepts(address.hostname or "", address.port or 0)
        try:
            return httpx.get(self.ready_url, timeout=2).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def wait_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.ready():
            if not self.running or time.monotonic() > deadline:
                raise Failure(self.why_not_ready())
            time.sleep(0.05)

    def ask_to_stop(self) -> None:
        self.send(signal.SIGTERM)

    def why_not_ready(self) -> str:
        what = "is not ready" if self.running else f"ended with code {self.exit_code}"
        return f"{self.name} {what}. Its log is {self.log}; the last lines:\n{self.last_lines(8)}"


def accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
