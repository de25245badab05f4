"""Restarts processes that ended by themselves, after a longer wait each time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_LONGEST_WAIT = 30.0
# A process that ran for so many seconds starts again after the shortest wait.
_STEADY = 60.0


class Watched(Protocol):
    name: str

    @property
    def running(self) -> bool: ...
    @property
    def exit_code(self) -> int | None: ...
    @property
    def log(self) -> Path: ...
    def start(self) -> None: ...


@dataclass
class _Crashes:
    count: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None


class Watch:
    """`look` checks all processes once and returns whether it started one. `now` is a monotonic clock in seconds."""

    def __init__(self, watched: Sequence[Watched], tell: Callable[[str, str], None], now: float) -> None:
        self._watched = [(process, _Crashes(started_at=now)) for process in watched]
        self._tell = tell

    def look(self, now: float) -> bool:
        started = [self._look_at(process, crashes, now) for process, crashes in self._watched]
        return any(started)

    def _look_at(self, process: Watched, crashes: _Crashes, now: float) -> bool:
        if process.running:
            return False
        if crashes.start_again_at is None:
            self._plan(process, crashes, now)
        if crashes.start_again_at is None or now < crashes.start_again_at:
            return False
        crashes.start_again_at = None
        crashes.started_at = now
        process.start()
        return True

    def _plan(self, process: Watched, crashes: _Crashes, now: float) -> None:
        crashes.count = 1 if now - crashes.started_at > _STEADY else crashes.count + 1
        wait = min(2.0 ** (crashes.count - 1), _LONGEST_WAIT)
        crashes.start_again_at = now + wait
        self._tell(
            process.name,
            f"ended with code {process.exit_code}, restarting it in {wait:.0f} s; its log is {process.log}",
        )
