import signal
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from trackline_local.ports import free_port
from trackline_local.process import Process
from trackline_local.steps import Failure


class Server(ABC):
    """A server on this machine. `folder` keeps its data, so that it loses no more by a kill than any real server."""

    name: ClassVar[str]
    setting: ClassVar[str]

    def __init__(self, folder: Path, port: int | None = None, log: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.port = free_port(port)
        self._log = log or self.folder / "server.log"
        self._process: Process | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def _prepare(self) -> Process:
        """Writes the configuration and returns the process without starting it."""

    @abstractmethod
    def answers(self) -> bool:
        """Returns whether a client can use the server."""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def process(self) -> Process:
        if self._process is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._process = self._prepare()
        return self._process

    def launch(self) -> None:
        self.process.start()

    def wait_ready(self, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            if not self.running or time.monotonic() > deadline:
                raise Failure(self._why_not())
            time.sleep(0.1)

    def start(self, seconds: float = 90) -> None:
        self.launch()
        self.wait_ready(seconds)

    def ask_to_stop(self) -> None:
        if self._process:
            self._process.send(signal.SIGTERM)

    def stop(self, seconds: float = 30) -> None:
        if self._process:
            self._process.stop(seconds)

    def kill(self) -> None:
        """Sends SIGKILL, as if the machine died."""
        if self._process:
            self._process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        self.process.pause()

    def resume(self) -> None:
        self.process.resume()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _why_not(self) -> str:
        process = self.process
        ended = f"ended with code {process.exit_code}" if not process.running else "did not answer in time"
        return (
            f"{self.name} {ended}. Its log is {process.log}; the last lines:\n{process.last_lines(10)}\n"
            f"Fix what they report and start again, or set {self.setting} to the address of your own {self.name}."
        )
