"""Puts temporary files into memory, for servers whose data nobody needs afterwards.

MongoDB, RabbitMQ and Elasticsearch wait for the disk at each write that they confirm. Tests kill processes but never
the machine, and files in memory survive a killed process just like files on a disk.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")  # noqa: S108 - the file system in memory of Linux
NEEDED_THERE = 3_000_000_000
NEEDED_FREE = 6_000_000_000


@contextmanager
def temporary_files_in_memory(memory: Path = MEMORY) -> Iterator[None]:
    """Puts the temporary files of this process and its children into memory while the block runs, if there is room.
    Those of pytest stay on the disk, because they hold the logs to read after a failure."""
    if not _has_room(memory):
        yield
        return
    disk = tempfile.gettempdir()
    before = {name: os.environ.get(name) for name in ("TMPDIR", "PYTEST_DEBUG_TEMPROOT")}
    folder = tempfile.mkdtemp(prefix="trackline-", dir=memory)
    os.environ.update(TMPDIR=folder, PYTEST_DEBUG_TEMPROOT=disk)
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = disk
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


def _has_room(memory: Path) -> bool:
    if not os.access(memory, os.W_OK):
        return False
    return shutil.disk_usage(memory).free > NEEDED_THERE and psutil.virtual_memory().available > NEEDED_FREE
