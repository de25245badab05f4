import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

_LOG_LIMIT = 20_000_000


class Process:
    """A child process whose output goes to the file `log`, and that ends when the starting thread ends.

    Start it from the main thread, or from one that lives as long: the kernel sends the child SIGTERM when the
    thread that started it is gone, so that nothing survives a `kill -9` of the supervisor.
    `environment` is all that the child gets; None is the supervisor's own.
    """

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
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                # a Ctrl-C in the terminal reaches the supervisor only, which then stops its children in order
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs and before its first start; negative: the signal that ended it."""
        return self._child.poll() if self._child else None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self.running else None

    def stop(self, seconds: float = 20) -> None:
        """SIGTERM, and SIGKILL to it and its children when it is still there after `seconds`."""
        if self._child is None:
            return
        self.send(signal.SIGTERM)
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the process and all its descendants."""
        if self._child is None or not self.running:
            return
        family = [psutil.Process(self._child.pid), *psutil.Process(self._child.pid).children(recursive=True)]
        for member in family:
            if member.is_running():
                member.kill()
        self._child.wait()
        psutil.wait_procs(family, timeout=5)

    def pause(self) -> None:
        """SIGSTOP: alive and silent, as on a machine that hangs."""
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
