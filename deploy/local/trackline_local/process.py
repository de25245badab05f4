import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar, Protocol

import psutil

_LOG_LIMIT = 20_000_000


class Child(Protocol):
    """What Process needs of subprocess.Popen."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int, /) -> None: ...


def popen(command: Sequence[str], log: IO[bytes], environment: Mapping[str, str] | None, folder: Path | None) -> Child:
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", *command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        # a Ctrl-C in the terminal must reach the supervisor only, which then stops its children in order
        start_new_session=True,
    )


class Process:
    """A child process that writes its output to the file `log` and ends when the thread that started it ends.

    Start it from the main thread or from one that lives as long. The kernel sends the child SIGTERM when that thread is
    gone, so that nothing survives a `kill -9` of the supervisor. `environment` is the whole environment of the child;
    with None it inherits the supervisor's.
    """

    # Tests start the product's own programs in a quicker way (trackline_testing.forks).
    spawn: ClassVar[Callable[[Sequence[str], IO[bytes], Mapping[str, str] | None, Path | None], Child]] = popen

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = environment
        self.folder = folder
        self._child: Child | None = None

    def start(self) -> None:
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self._child = type(self).spawn(self.command, out, self.environment, self.folder)

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Returns None while it runs and before its first start. A negative number is the signal that ended it."""
        return self._child.poll() if self._child else None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self.running else None

    def stop(self, seconds: float = 20) -> None:
        """Sends SIGTERM, and SIGKILL to it and its descendants if it still runs after `seconds`."""
        if self._child is None:
            return
        self.send(signal.SIGTERM)
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Sends SIGKILL to the process and all its descendants."""
        if self._child is None or not self.running:
            return
        family = [psutil.Process(self._child.pid), *psutil.Process(self._child.pid).children(recursive=True)]
        for member in family:
            if member.is_running():
                member.kill()
        self._child.wait()
        psutil.wait_procs(family, timeout=5)

    def pause(self) -> None:
        """Sends SIGSTOP: the process is alive but silent, as on a machine that hangs."""
        self._signal_family(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_family(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        if self._child is not None and self.running:
            self._child.send_signal(number)

    def last_lines(self, count: int = 5) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def _signal_family(self, number: signal.Signals) -> None:
        if self._child is None or not self.running:
            return
        me = psutil.Process(self._child.pid)
        for member in [me, *me.children(recursive=True)]:
            member.send_signal(number)
