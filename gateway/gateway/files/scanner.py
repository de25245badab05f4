"""Asks a virus scanner about files: clamd's command INSTREAM (manual page clamd(8)), over TCP or a Unix socket."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from struct import pack
from typing import Any
from urllib.parse import urlsplit

import structlog

from gateway.files.uploads import Chunks
from gateway.kit.metrics import FILE_SCANS
from trackline_schemas.errors import ServiceError, reasons, refuse

_log = structlog.get_logger(__name__)

# Each part of the file follows its length. A length of 0 ends the file. Commands that begin with z get answers that end
# with a zero byte.
COMMAND, END = b"zINSTREAM\0", pack(">I", 0)
LONGEST_ANSWER = 4096
# clamd works on 10 files at a time unless it is configured otherwise. The other files wait here.
AT_ONCE = 8

CLEAN = "stream: OK"
Connect = Callable[[], Coroutine[Any, Any, tuple[StreamReader, StreamWriter]]]


class Scanner:
    """`address` is tcp://host:port or unix:///path. A file that has no verdict after `seconds` is refused."""

    def __init__(self, address: str, seconds: float) -> None:
        self._connect = _connector(address)
        self._seconds = seconds
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def check(self, name: str, chunks: Chunks) -> None:
        """Raises ServiceError unless the scanner has read the whole file and calls it clean."""
        try:
            async with asyncio.timeout(self._seconds), self._slots:
                answer = await self._ask(chunks)
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            answer = repr(error)
        outcome, refusal = _judge(answer, name)
        FILE_SCANS.labels(outcome).inc()
        if refusal:
            _log.warning("a file was not accepted after its scan", outcome=outcome, answer=answer[:200])
            raise refusal

    async def _ask(self, chunks: Chunks) -> str:
        """Returns the answer of the scanner. Raises OSError, EOFError or LimitOverrunError if there is none."""
        reader, writer = await self._connect()
        # The scanner may answer before it has read everything, and closes the connection then.
        answer = asyncio.ensure_future(reader.readuntil(b"\0"))
        try:
            sent = await _send(writer, chunks, answer)
            text = (await answer)[:-1].decode(errors="replace")
        finally:
            answer.cancel()
            writer.transport.abort()
        return f"answered too early: {text}" if not sent and text == CLEAN else text


async def _send(writer: StreamWriter, chunks: Chunks, answer: "asyncio.Future[bytes]") -> bool:
    """Returns whether the scanner took the whole file before it answered."""
    try:
        writer.write(COMMAND)
        async for chunk in chunks:
            if answer.done():
                return False
            writer.write(pack(">I", len(chunk)) + chunk)
            await writer.drain()
        if answer.done():
            return False
        writer.write(END)
        await writer.drain()
    except ConnectionError:
        return False
    return True


def _judge(answer: str, name: str) -> tuple[str, ServiceError | None]:
    """Returns the outcome for the metric, and how to refuse the file. What is not understood is no clean file."""
    if answer == CLEAN:
        return "clean", None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return "infected", refuse(reasons.files.FILE_IS_INFECTED, name=name)
    if "size limit exceeded" in answer:
        return "too_large", refuse(reasons.files.FILE_TOO_LARGE_TO_SCAN, name=name)
    return "failed", refuse(reasons.files.SCANNER_DOWN, detail={"retry_after": 30})


def _connector(address: str) -> Connect:
    where = urlsplit(address)
    if where.scheme == "unix":
        return lambda: asyncio.open_unix_connection(where.path, limit=LONGEST_ANSWER)
    return lambda: asyncio.open_connection(where.hostname, where.port, limit=LONGEST_ANSWER)
