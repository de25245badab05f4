"""Asks a virus scanner about files: clamd's command INSTREAM (manual page clamd(8)), over TCP or a Unix socket."""

import asyncio
import socket
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
CLEAN = "stream: OK"
LONGEST_ANSWER = 4096
# clamd works on 10 files at a time unless it is configured otherwise. The other files wait here.
AT_ONCE = 8


class Scanner:
    """`address` is tcp://host:port or unix:///path. A file that has no verdict after `seconds` is refused."""

    def __init__(self, address: str, seconds: float) -> None:
        self._address = address
        self._seconds = seconds
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def check(self, name: str, chunks: Chunks) -> None:
        """Raises ServiceError unless the scanner has read the whole file and calls it clean."""
        try:
            async with asyncio.timeout(self._seconds), self._slots:
                answer = await self._ask(chunks)
        except OSError as error:
            answer = repr(error)
        outcome, refusal = _judge(answer, name)
        FILE_SCANS.labels(outcome).inc()
        if refusal:
            _log.warning("a file was not accepted after its scan", outcome=outcome, answer=answer[:200])
            raise refusal

    async def _ask(self, chunks: Chunks) -> str:
        """Returns the answer of the scanner. Raises OSError if there is none."""
        with await _connect(self._address) as connection:
            complete = await _send(connection, chunks)
            answer = await _receive(connection)
        return f"answered too early: {answer}" if not complete and answer == CLEAN else answer


# These use the socket itself: an asyncio stream that fails to write drops an answer that has already arrived.


async def _connect(address: str) -> socket.socket:
    where, loop = urlsplit(address), asyncio.get_running_loop()
    if where.scheme == "unix":
        return await _opened(socket.AF_UNIX, where.path)
    for family, _, _, _, place in await loop.getaddrinfo(where.hostname, where.port, type=socket.SOCK_STREAM):
        try:
            return await _opened(family, place)
        except OSError as error:
            failure = error
    raise failure


async def _opened(family: int, place: str | tuple[Any, ...]) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, place)
    except BaseException:
        connection.close()
        raise
    return connection


async def _send(connection: socket.socket, chunks: Chunks) -> bool:
    """Returns whether the scanner took the whole file before it answered. It breaks off when the file is too large."""
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_sendall(connection, COMMAND)
        async for chunk in chunks:
            await loop.sock_sendall(connection, pack(">I", len(chunk)) + chunk)
        if _has_answered(connection):
            return False
        await loop.sock_sendall(connection, END)
    except ConnectionError:
        return False
    return True


def _has_answered(connection: socket.socket) -> bool:
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    return True


async def _receive(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        part = await asyncio.get_running_loop().sock_recv(connection, LONGEST_ANSWER)
        answer += part
        if not part or len(answer) > LONGEST_ANSWER:
            raise ConnectionError(f"no answer: {answer[:100]!r}")
    return answer[:-1].decode(errors="replace")


def _judge(answer: str, name: str) -> tuple[str, ServiceError | None]:
    """Returns the outcome for the metric, and how to refuse the file. What is not understood is no clean file."""
    if answer == CLEAN:
        return "clean", None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return "infected", refuse(reasons.files.FILE_IS_INFECTED, name=name)
    if "size limit exceeded" in answer:
        return "too_large", refuse(reasons.files.FILE_TOO_LARGE_TO_SCAN, name=name)
    return "failed", refuse(reasons.files.SCANNER_DOWN, detail={"retry_after": 30})
