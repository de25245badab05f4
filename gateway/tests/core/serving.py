"""Serves an application over real sockets with the gateway's own connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from gateway.kit.connection import Connection

from .waiting import until

FIRST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def serving(app: Any, keep_alive: float = 60) -> AsyncIterator[int]:
    """Yields the port. `keep_alive` is how many seconds a connection waits for the next request."""
    config = uvicorn.Config(
        app,
        port=0,
        http=Connection,
        ws="none",
        log_config=None,
        lifespan="off",
        access_log=False,
        timeout_keep_alive=keep_alive,  # type: ignore[arg-type]  # asyncio takes parts of a second, too
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def exchange(port: int, *pieces: bytes, pause: float = 0) -> bytes:
    """Sends the pieces, with a pause behind each, and returns what comes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b"closed"
    finally:
        writer.close()
