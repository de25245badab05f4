"""A server that speaks clamd's INSTREAM, over TCP or a Unix socket, and that can misbehave."""

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from struct import unpack
from typing import Literal

# The test file of the European Institute for Computer Antivirus Research, in two halves, so that scanners leave this
# file alone.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + rb"-ANTIVIRUS-TEST-FILE!$H+H*"

Behaviour = Literal["scan", "silent", "early", "gone", "broken", "error", "endless", "cut"]
ANSWERS: dict[Behaviour, bytes] = {
    "early": b"stream: OK\0",
    "broken": b"\xff\xfe what?\0",
    "error": b"Error processing command. ERROR\0",
    "endless": b"x" * 100_000,
    "cut": b"stream: OK",
    "gone": b"",
}


class Clamd:
    """`limit` is StreamMaxLength, in bytes. `read` is what the last client sent."""

    def __init__(self, behaviour: Behaviour = "scan", limit: int = 1_000_000) -> None:
        self.behaviour = behaviour
        self.limit = limit
        self.read = b""
        self.at_once = self.most_at_once = 0

    @asynccontextmanager
    async def over_tcp(self) -> AsyncIterator[str]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    @asynccontextmanager
    async def over_unix(self, folder: Path) -> AsyncIterator[str]:
        async with await asyncio.start_unix_server(self._serve, folder / "clamd.sock"):
            yield f"unix://{folder / 'clamd.sock'}"

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            writer.write(await self._answer(reader))
            await writer.drain()
            while self.behaviour == "early" and await reader.read(100_000):
                pass
        except (IncompleteReadError, ConnectionError):
            pass
        finally:
            self.at_once -= 1
            writer.close()

    async def _answer(self, reader: StreamReader) -> bytes:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        if self.behaviour in {"early", "gone"}:
            await reader.readexactly(10)
            return ANSWERS[self.behaviour]
        self.read = b""
        while length := unpack(">I", await reader.readexactly(4))[0]:
            if len(self.read) + length > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
            self.read += await reader.readexactly(length)
        if self.behaviour == "silent":
            await asyncio.sleep(60)
        if self.behaviour != "scan":
            return ANSWERS[self.behaviour]
        await asyncio.sleep(0.01)
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in self.read else b"stream: OK\0"
