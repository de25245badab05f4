import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TOOLS = ROOT / ".tools"


class Failure(Exception):
    """An expected failure. Its text says what happened and how to fix it, and is all that the user sees."""


def say(step: str, text: str) -> None:
    print(f"{step + ':':<15} {text}", flush=True)


def warn(step: str, text: str) -> None:
    print(f"{step + ':':<15} warning: {text}", file=sys.stderr, flush=True)


def need_space(folder: Path, megabytes: int, what: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise Failure(
            f"{what} needs {megabytes} MB in {folder}, but only {free} MB are free: "
            "free some space, or set TRACKLINE_STATE to a folder on another disk."
        )


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Holds the set-up lock of `folder`, because `make run` and `make test` may both find nothing installed."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
