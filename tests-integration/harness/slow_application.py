"""An application that answers late, behind the gateway's own connections: whatever a client sends after its head comes
before the answer."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from gateway.kit.connection import Connection
from harness.api import wait_for
from trackline_local.ports import free_port

SECONDS = 0.1


async def _name_the_path(scope: Any, _receive: Any, send: Any) -> None:
    await asyncio.sleep(SECONDS)
    path = scope["path"].encode()
    headers = [(b"content-length", str(len(path)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": path})


@contextmanager
def slow_application() -> Iterator[int]:
    """Yields the port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(_name_the_path, port=port, http=Connection, ws="none", log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    yield port
    server.should_exit = True
    thread.join(10)
