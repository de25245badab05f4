"""A job on the whole index, which outlives the process that runs it: the state after each step is stored.

The use case of each kind has the name of the kind: usecases/rebuild.py, reconcile.py, replay.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

Kind = Literal["rebuild", "reconcile", "replay"]
Phase = Literal["filling", "waiting", "swapping", "removing", "comparing", "forgetting", "replaying", "done"]


@dataclass(frozen=True)
class Job:
    """`step` counts the stored steps, `position` is the last key that is done, and `done` is the number of documents
    done out of about `total`. `old` is the index to remove at the end. The last four belong to a reconciliation."""

    id: str
    kind: Kind
    phase: Phase
    started_at: datetime
    changed_at: datetime
    total: int
    step: int = 0
    position: str = ""
    done: int = 0
    finished_at: datetime | None = None
    old: str | None = None
    dry_run: bool = False
    missing: int = 0
    stale: int = 0
    orphaned: int = 0

    def enter(self, phase: Phase, now: datetime, **changes: Any) -> "Job":
        return replace(self, phase=phase, changed_at=now, finished_at=now if phase == "done" else None, **changes)
