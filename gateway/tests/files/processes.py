"""Finds the processes that judge files for this one."""

import os
from pathlib import Path

# It reads nothing and ends long after each test.
HANGS = ("-c", "import time; time.sleep(600)", "hanging judge")


def judges() -> list[int]:
    """Returns the ids of this process's judges."""
    return [
        int(one.name)
        for one in Path("/proc").iterdir()
        if one.name.isdigit()
        and (words := _read(one / "cmdline"))
        and (b"hanging judge" in words or b"worker" in words)
        if f"\nPPid:\t{os.getpid()}\n".encode() in _read(one / "status")
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def spools() -> int:
    """Counts the open files without a name, of this process."""
    return sum(_target(one).endswith("(deleted)") for one in Path("/proc/self/fd").iterdir())


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
