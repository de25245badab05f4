"""The file run.json in the state folder: the running processes, their ports and process ids. And its lock."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from trackline_local.steps import Failure, say

_SECONDS_TO_END = 10


class Record:
    def __init__(self, state: Path) -> None:
        self._file = state / "run.json"
        self._lock = state / "run.lock"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Raises Failure if another supervisor uses this state folder. The kernel frees the lock of a dead one."""
        with self._lock.open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failure(self._already_runs()) from None
            yield

    def _already_runs(self) -> str:
        known = self.read()
        url, pid = known.get("url", "an address not known yet"), known.get("pid", "unknown")
        return (
            f"Trackline already runs from {self._file.parent}, at {url} (process {pid}). Use that one, or stop it "
            f"with Ctrl-C in its terminal or `kill {pid}`. For a second one set TRACKLINE_STATE and TRACKLINE_PORT."
        )

    def read(self) -> dict[str, Any]:
        try:
            known: dict[str, Any] = json.loads(self._file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return known

    def write(self, content: Mapping[str, Any], pids: Iterable[int | None]) -> None:
        family = sorted({member for pid in pids if pid for member in _family(pid)})
        temporary = self._file.with_suffix(".tmp")
        full = {"pid": os.getpid(), **content, "family": family}
        temporary.write_text(json.dumps(full, indent=2) + "\n")
        temporary.replace(self._file)

    def end_leftovers(self) -> None:
        """Ends the processes that a killed supervisor left behind, recognised by process id and start time."""
        left = [process for pid, started in self.read().get("family", []) if (process := _find_process(pid, started))]
        if not left:
            return
        say("leftovers", f"ending {len(left)} processes that a killed supervisor left behind")
        for process in left:
            process.terminate()
        _, alive = psutil.wait_procs(left, timeout=_SECONDS_TO_END)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=_SECONDS_TO_END)


def _family(pid: int) -> list[tuple[int, float]]:
    try:
        me = psutil.Process(pid)
        return [(member.pid, member.create_time()) for member in [me, *me.children(recursive=True)]]
    except psutil.NoSuchProcess:
        return []


def _find_process(pid: int, started: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        # process ids are reused, so the start time must match too
        return process if alive and abs(process.create_time() - started) < 0.1 else None
    except psutil.NoSuchProcess:
        return None
