"""The processes that judge files, as the gateway sees them."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from typing import IO

import structlog

from gateway.judge.queue import Queue
from gateway.judge.worker import CLEAN, COSTLY, PROGRAM
from trackline_schemas.errors import reasons, refuse

_log = structlog.get_logger(__name__)
WORKER = ("-I", "-m", "gateway.judge.worker")
# A process ends after its seconds of CPU. This is for one that the machine starves.
WALL_SECONDS = 60.0


class Judges:
    """One process for each file."""

    def __init__(self) -> None:
        self._queue = Queue()

    async def check(self, file: IO[bytes], name: str, person_id: str) -> None:
        """Raises ServiceError for a program, and for a file that nobody can judge at a bounded cost."""
        async with self._queue.turn(person_id):
            status = await _judge(file, name)
        if status == PROGRAM:
            raise refuse(reasons.files.FILE_IS_PROGRAM, name=name)
        if status != CLEAN:
            _log.warning("a file costs too much to judge", status=status)
            raise refuse(reasons.files.FILE_HOLDS_TOO_MUCH, name=name)


async def _judge(file: IO[bytes], name: str) -> int:
    file.flush()
    file.seek(0)
    # It gets none of the gateway's secrets: neither its environment nor its open files.
    process = await asyncio.create_subprocess_exec(
        sys.executable, *WORKER,
        stdin=file.fileno(), stdout=DEVNULL, stderr=DEVNULL, env={"NAME": name},
    )  # fmt: skip
    try:
        async with asyncio.timeout(WALL_SECONDS):
            return await process.wait()
    except TimeoutError:
        return COSTLY
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
