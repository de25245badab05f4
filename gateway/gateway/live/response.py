"""Sends a live stream as an HTTP response."""

import asyncio
import time
from collections.abc import AsyncIterator

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.kit.credential import Credential
from gateway.kit.metrics import LIVE_CLOSED
from gateway.live.frames import RETRY, frame
from gateway.live.hub import LiveHub
from gateway.live.resume import EventLog, read_missed
from gateway.live.stream import Stream
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError

_log = structlog.get_logger(__name__)

SEND_SECONDS = 10.0


class LiveResponse(Response):
    """Answers 200 unless the person has too many streams, because EventSource does not reconnect after an error status.
    If the stream cannot be served, it ends, and its client reconnects after the `retry` time with its latest cursor."""

    def __init__(
        self, hub: LiveHub, log: EventLog, context: CallContext, credential: Credential, last_event_id: str | None
    ) -> None:
        self._hub, self._log, self._context = hub, log, context
        self._credential, self._last_event_id = credential, last_event_id
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        # Nothing else runs between the two, so that no two streams can take the same room.
        self._hub.check_room(self._credential.user_id)
        stream = self._hub.join(self._credential)
        watch = asyncio.create_task(_close_on_disconnect(receive, stream))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            async for piece in self._pieces(stream):
                await _send(send, piece)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            LIVE_CLOSED.labels("stuck").inc()
        finally:
            watch.cancel()
            self._hub.leave(stream)

    async def _pieces(self, stream: Stream) -> AsyncIterator[bytes]:
        cursor = None if self._last_event_id else f"{int(time.time() * 1000)}-"
        yield RETRY + frame("ready", {}, cursor)
        if not self._hub.up:
            return
        if self._last_event_id:
            try:
                frames = await read_missed(self._log, self._context, stream, self._last_event_id)
            except ServiceError as error:
                _log.warning("could not resume a live stream", error=error.code, actor=self._context.viewer.id)
                return
            if frames:
                yield b"".join(frames)
        async for piece in stream.frames():
            yield piece


async def _send(send: Send, piece: bytes) -> None:
    # Without a timeout a client that stopped reading would hold this task and its buffers for ever.
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _close_on_disconnect(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close("client")
