"""Python imports this module at start-up in every process whose PYTHONPATH names this folder (`make creation-files`).

Between SIGUSR1 and SIGUSR2 it records which chains of the checkout's own files call each other, and writes them as
JSON: a list of [monotonic time in ns, [file, …]], each chain with the time at which it was first seen. A chain is the
call stack without third-party code. Neighbours in it differ.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = os.environ["CREATION_ROOT"].rstrip("/") + "/"
FOLDER = Path(os.environ["CREATION_FOLDER"])
FOREIGN = ("/.venv/", "/recorder/", "/trackline_local/")

_recording = threading.Event()
_chains: dict[tuple[str, ...], int] = {}
_ours: dict[str, str] = {}


def _name(file: str) -> str:
    """Returns the path below the checkout, or "" for files that are not ours."""
    if file not in _ours:
        ours = file.startswith(ROOT) and not any(part in file for part in FOREIGN)
        _ours[file] = file.removeprefix(ROOT) if ours else ""
    return _ours[file]


def _note(frame: FrameType, event: str, _argument: Any) -> None:
    if not _recording.is_set() or event != "call" or not _name(frame.f_code.co_filename):
        return
    chain: list[str] = []
    caller: FrameType | None = frame
    while caller is not None:
        name = _name(caller.f_code.co_filename)
        if name and caller.f_code.co_name != "<module>" and chain[-1:] != [name]:
            chain.append(name)
        caller = caller.f_back
    _chains.setdefault(tuple(reversed(chain)), time.monotonic_ns())


def _start(_number: int, _frame: FrameType | None) -> None:
    _chains.clear()
    _recording.set()


def _stop(_number: int, _frame: FrameType | None) -> None:
    _recording.clear()
    draft = FOLDER / f"{os.getpid()}.part"
    draft.write_text(json.dumps([[at, chain] for chain, at in _chains.items()]))
    draft.replace(FOLDER / f"{os.getpid()}.json")


signal.signal(signal.SIGUSR1, _start)
signal.signal(signal.SIGUSR2, _stop)
threading.setprofile(_note)
sys.setprofile(_note)
