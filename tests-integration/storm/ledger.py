"""What was asked for during the storm, and what was answered."""

import itertools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal

# What is unknown was given up, and may have been done.
Outcome = Literal["acknowledged", "refused", "unknown"]
PREFIX = "storm-"


@dataclass
class Operation:
    """A write. `mark` is a text that is part of what it writes and of nothing else. `subjects` are ids that it is
    about."""

    mark: str
    kind: str
    subjects: tuple[str, ...] = ()
    outcome: Outcome = "unknown"
    answer: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
    seconds: float = 0.0
    statuses: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.time)

    def __str__(self) -> str:
        at = time.strftime("%H:%M:%S", time.localtime(self.began))
        return f"{self.kind} {self.mark} at {at}: {self.outcome} after {self.seconds:.1f} s, {self.statuses}"


@dataclass(frozen=True)
class Ticket:
    id: str
    number: str
    requester_id: str


class Ledger:
    """`reads` counts the reads by status, 0 for a lost connection. `stale` are reads that showed an older version than
    one that had been acknowledged before."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.tickets: list[Ticket] = []
        self.reads: Counter[int] = Counter()
        self.stale: list[str] = []
        self.failures: list[BaseException] = []
        self._versions: dict[str, int] = {}
        self._numbers = itertools.count()
        self._lock = Lock()

    def begin(self, kind: str, *subjects: str) -> Operation:
        operation = Operation(f"{PREFIX}{next(self._numbers)}", kind, subjects)
        self.operations.append(operation)
        return operation

    def saw(self, ticket: Mapping[str, Any]) -> None:
        with self._lock:
            number = ticket["number"]
            self._versions[number] = max(self._versions.get(number, 0), ticket["version"])

    def version(self, number: str) -> int:
        with self._lock:
            return self._versions.get(number, 0)

    def of(self, outcome: Outcome) -> list[Operation]:
        return [one for one in self.operations if one.outcome == outcome]
