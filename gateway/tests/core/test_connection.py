"""A connection before its request is known, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from gateway.kit import connection
from gateway.kit.connection import MAX_HEAD, Connection

from .waiting import until


async def answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(answer, port=0, http=Connection, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def exchange(port: int, *pieces: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b"closed"
    finally:
        writer.close()


LONG = b"y" * 30_000


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\nX: ", *[LONG] * 200],
        [b"GET / HTTP/1.1\r\n", *[b"X: " + LONG + b"\r\n"] * 200],
        [b"GET /", *[LONG] * 200],
        [b"GET /?q=" + b"y" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"],
        [b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(20_000)) + b"\r\n"],
    ],
    ids=["one header", "many headers", "address", "whole address", "whole head"],
)
async def test_a_large_head_is_refused(port: int, pieces: list[bytes]) -> None:
    received = await exchange(port, *pieces)
    assert received == b"closed" or received.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


async def test_a_head_of_usual_size_is_answered(port: int) -> None:
    cookie = b"Cookie: " + b"y" * (MAX_HEAD // 2) + b"\r\n"
    assert (await exchange(port, b"GET / HTTP/1.1\r\nConnection: close\r\n" + cookie + b"\r\n")).endswith(b"ok")


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nA: b\r\n", b"GET / HTTP/1.1\r\n\r\nGET"])
async def test_a_slow_head_is_given_up(port: int, beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    received = await exchange(port, beginning)
    assert b"500" not in received
    assert not Connection._waiting


async def test_the_oldest_connection_gives_way(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_WAITING", 3)
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
    assert (await exchange(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")).endswith(b"ok")
    assert await asyncio.wait_for(slow[0][0].read(), 2) == b""
    assert len(Connection._waiting) <= 3
    for _, writer in slow:
        writer.close()


async def test_few_requests_wait_in_one_connection(port: int) -> None:
    received = await exchange(port, b"GET / HTTP/1.1\r\n\r\n" * 1000)
    assert received.count(b"HTTP/1.1 200") <= 17


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", b"y"],
        [b"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n", b"y"],
        [b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n"],
        [b"GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n", b"y"],
    ],
    ids=["unfinished", "finished late", "chunked", "second request"],
)
async def test_a_connection_ends_whose_body_nobody_waits_for(
    port: int, pieces: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "UNREAD_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(pieces[0])
    received = await reader.readuntil(b"ok")
    writer.write(pieces[1])
    received += await asyncio.wait_for(reader.read(), 3)
    assert received.endswith(b"ok")
    writer.close()


async def test_a_late_body_may_be_followed_by_another_request(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "UNREAD_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n")
    await reader.readuntil(b"ok")
    writer.write(b"yGET / HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"ok")
    await asyncio.sleep(0.5)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert (await asyncio.wait_for(reader.readuntil(b"ok"), 3)).endswith(b"ok")
    writer.close()
