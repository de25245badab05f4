"""Ends work for a client who has gone. uvicorn cancels nothing then: it only tells whoever reads the request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

_presence: ContextVar["Presence"] = ContextVar("presence")


class Presence:
    """Tells when the client of a request has gone. `is_read` is set as soon as the whole request was read: until then,
    whoever reads it hears of that."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.is_read = asyncio.Event()
        _presence.set(self)

    async def end_when_gone(self, work: asyncio.Timeout) -> None:
        await self.is_read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        work.reschedule(asyncio.get_running_loop().time())


@asynccontextmanager
async def unless_gone() -> AsyncIterator[None]:
    """Cancels the block as soon as the client has gone, and raises ClientDisconnect."""
    presence = _presence.get(None)
    if presence is None:
        yield
        return
    try:
        async with asyncio.timeout(None) as work:
            watch = asyncio.create_task(presence.end_when_gone(work))
            try:
                yield
            finally:
                watch.cancel()
    except TimeoutError as error:
        if work.expired():
            raise ClientDisconnect from error
        raise
