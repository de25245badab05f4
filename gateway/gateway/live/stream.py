"""One client's live stream: a bounded buffer between the hub and the socket."""

import asyncio
from collections.abc import AsyncIterator

from gateway.kit.credential import Credential
from gateway.kit.metrics import LIVE_CLOSED, CloseReason
from trackline_schemas.access import Eyes

BUFFER = 256

Pair = tuple[str, int]


class Stream:
    """`sent` holds the (ticket, sequence) pairs that were already sent when the stream was resumed. The bus may deliver
    them again, even much later, because the relay writes the log before it publishes."""

    def __init__(self, eyes: Eyes, credential: Credential) -> None:
        self.eyes = eyes
        self.credential = credential
        self.sent: set[Pair] = set()
        self.closed = False
        self._buffer: asyncio.Queue[tuple[bytes, Pair | None] | None] = asyncio.Queue(BUFFER)

    def put(self, frame: bytes, pair: Pair | None = None) -> None:
        """Adds a frame to the buffer. If the client does not keep up, the stream is closed, and the client reconnects
        with its cursor."""
        if self.closed:
            return
        try:
            self._buffer.put_nowait((frame, pair))
        except asyncio.QueueFull:
            self.close("slow")

    def close(self, reason: CloseReason) -> None:
        if self.closed:
            return
        self.closed = True
        LIVE_CLOSED.labels(reason).inc()
        if not self._buffer.full():
            self._buffer.put_nowait(None)

    async def frames(self) -> AsyncIterator[bytes]:
        """Yields all waiting frames joined into one piece. Ends when the stream is closed and the buffer is empty."""
        while not (self.closed and self._buffer.empty()):
            items = [await self._buffer.get()]
            while not self._buffer.empty():
                items.append(self._buffer.get_nowait())
            piece = b"".join(item[0] for item in items if item and item[1] not in self.sent)
            if piece:
                yield piece
