"""The processes that judge files, as the gateway sees them."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, cast

import structlog

from gateway.judge.worker import CLEAN, COSTLY, PROGRAM
from gateway.kit.metrics import FILE_JUDGEMENTS
from gateway.kit.queue import Busy, Queue
from gateway.kit.room import Room, Spool
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.text.invisible import clean_line, shows_something

_log = structlog.get_logger(__name__)
WORKER = ("-I", "-m", "gateway.judge.worker")
AT_ONCE = 2
# A process ends after its seconds of CPU. This is for one that hangs, or that the machine starves.
WALL_SECONDS = 60.0
# how much is kept of what a process says: the last line of a traceback has the reason
MOST_WORDS = 2000
# the status of a process that the system does not start, as shells have it
NOT_STARTED = 127
# Whatever else ends a process says nothing about the file.
_OUTCOMES: Mapping[int, str] = {CLEAN: "clean", PROGRAM: "program", COSTLY: "costly", -signal.SIGXCPU: "costly"}


class Judges:
    """One process for each file."""

    def __init__(self, room: Room | None = None) -> None:
        self._queue = Queue(AT_ONCE)
        self._room = room or Room()

    def spool(self, person_id: str) -> Spool:
        """Returns a file for the bytes that somebody sends, until they are all there."""
        return Spool(self._room.share(person_id))

    async def check(self, file: IO[bytes], name: str, person_id: str) -> None:
        """Raises ServiceError for a program, and for a file that nobody can judge at a bounded cost, or at present."""
        try:
            async with self._queue.turn(person_id):
                status, said = await _judge(file, name)
        except Busy:
            raise refuse(reasons.files.TOO_MANY_FILES, detail={"retry_after": 10}) from None
        outcome = _OUTCOMES.get(status, "failed")
        FILE_JUDGEMENTS.labels(outcome).inc()
        if outcome == "program":
            raise _refuse_program(name, said)
        if outcome == "costly":
            raise refuse(reasons.files.FILE_HOLDS_TOO_MUCH, name=name)
        if outcome == "failed":
            raise refuse(reasons.files.FILE_NOT_JUDGED, detail={"retry_after": 30}, name=name)


def _refuse_program(name: str, said: str) -> ServiceError:
    part = clean_line(said).rpartition("/")[2]
    if not shows_something(part):
        return refuse(reasons.files.FILE_IS_PROGRAM, name=name)
    return refuse(reasons.files.FILE_HOLDS_PROGRAM, name=name, part=part)


async def _judge(file: IO[bytes], name: str) -> tuple[int, str]:
    """Returns the status at the end of the process, and what it said."""
    file.flush()
    file.seek(0)
    words = bytearray()
    try:
        status = await _run(file.fileno(), name, words)
    except OSError as error:
        status, words = NOT_STARTED, bytearray(repr(error).encode())
    said = words.decode(errors="replace")
    if status not in (CLEAN, PROGRAM):
        _log.warning("a file was not judged", status=status, said=said)
    return status, said


async def _run(file: int, name: str, words: bytearray) -> int:
    """Adds what the process says to `words`."""
    # It gets none of the gateway's secrets: neither its environment nor its open files.
    process = await asyncio.create_subprocess_exec(
        sys.executable, *WORKER, stdin=file, stdout=DEVNULL, stderr=PIPE, env={"NAME": name}
    )
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(WALL_SECONDS):
                await _listen(cast(asyncio.StreamReader, process.stderr), words)
                await process.wait()
    finally:
        status = await _end(process)
    return status


async def _listen(stderr: asyncio.StreamReader, words: bytearray) -> None:
    """Takes everything, so that the process never waits for a reader, and keeps the end."""
    while said := await stderr.read(MOST_WORDS):
        words += said
        del words[:-MOST_WORDS]


async def _end(process: Process) -> int:
    if process.returncode is None:
        process.kill()
    return await process.wait()
