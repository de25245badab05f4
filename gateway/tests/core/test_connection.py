"""A connection before its request is known, over a real socket."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from gateway.kit import connection
from gateway.kit.connection import MAX_FRAMING, MAX_HEAD, Connection

from .serving import FIRST, LAST, exchange, serving
from .waiting import until


async def answer(scope: Any, receive: Any, send: Any) -> None:
    body = b"in" if b"authorization" in dict(scope["headers"]) else b"ok"
    if scope["path"] == "/large":
        body = bytes(8_000_000)
    if scope["path"] == "/slow":
        await asyncio.sleep(0.8)
    if scope["path"] == "/until-gone":
        while (await receive())["type"] != "http.disconnect":
            pass
    pieces = [b"o", b"k"] if scope["path"] == "/pieces" else [body]
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    for piece in pieces[:-1]:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(0.8)
    await send({"type": "http.response.body", "body": pieces[-1]})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(answer) as port:
        yield port


@pytest.fixture
async def hasty_port() -> AsyncIterator[int]:
    """It waits for the next request for 0.5 s only."""
    async with serving(answer, keep_alive=0.5) as port:
        yield port


LONG = b"y" * 30_000


async def only_connection() -> Connection:
    await until(lambda: len(Connection._waiting) == 1)
    return next(iter(Connection._waiting))


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
    assert (await exchange(port, LAST.removesuffix(b"\r\n") + cookie + b"\r\n")).endswith(b"ok")


@pytest.mark.parametrize("beginning", [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nA: b\r\n", FIRST + b"GET"])
async def test_a_slow_head_is_given_up(port: int, beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    received = await exchange(port, beginning)
    assert b"500" not in received
    assert not Connection._waiting


async def test_the_oldest_connection_gives_way(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_WAITING", 3)
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
    assert (await exchange(port, LAST)).endswith(b"ok")
    assert await asyncio.wait_for(slow[0][0].read(), 2) == b""
    assert len(Connection._waiting) <= 3
    for _, writer in slow:
        writer.close()


async def test_few_requests_wait_in_one_connection(port: int) -> None:
    received = await exchange(port, FIRST * 1000)
    assert received.count(b"HTTP/1.1 200") <= 17


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", b"y"],
        [b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", b"y"],
        [b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n"],
        [b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", b"y"],
    ],
    ids=["unfinished", "finished late", "chunked", "second request"],
)
async def test_a_connection_ends_whose_body_nobody_waits_for(hasty_port: int, pieces: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_port)
    writer.write(pieces[0])
    received = await reader.readuntil(b"ok")
    writer.write(pieces[1])
    received += await asyncio.wait_for(reader.read(), 3)
    assert received.endswith(b"ok")
    writer.close()


async def test_a_late_body_may_be_followed_by_another_request(hasty_port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_port)
    for piece in (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", b"y" + FIRST, FIRST):
        writer.write(piece)
        assert (await asyncio.wait_for(reader.readuntil(b"ok"), 3)).endswith(b"ok")
        await asyncio.sleep(0.3)
    writer.close()


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("name", [b"Authorization", b"AUTHORIZATION", b"authorization"])
@pytest.mark.parametrize("pause", [b"", b"1\r\nx\r\n"], ids=["no content", "content"])
async def test_a_trailer_is_no_header(port: int, name: bytes, pause: bytes) -> None:
    first = CHUNKED + pause + b"0\r\n" + name + b": Bearer a\r\n\r\n"
    received = await exchange(port, first + LAST)
    assert received.count(b"\r\n\r\nok") == 2, received


async def test_a_trailer_of_usual_size_is_ignored(port: int) -> None:
    trailer = b"0\r\nX-Checksum: " + b"y" * (MAX_FRAMING // 2) + b"\r\n\r\n"
    assert (await exchange(port, CHUNKED + b"1\r\nx\r\n", trailer, LAST)).count(b"ok") == 2


@pytest.mark.parametrize(
    "pieces",
    [
        [CHUNKED + b"1\r\nx\r\n0\r\n", *[b"a: " + b"y" * 50 + b"\r\n"] * 20_000],
        [CHUNKED + b"0\r\na: ", *[LONG] * 200],
        [CHUNKED, *[b"1;" + LONG + b"\r\nx\r\n"] * 200],
        [CHUNKED, *[b"0" * 30_000] * 200],
        [CHUNKED.replace(b"POST", b"GET") + b"0\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"],
        [CHUNKED + b"0\r\n" + b"a: y\r\n" * 20_000 + b"\r\n"],
        [FIRST, *[b"\r\n" * 10_000] * 200],
    ],
    ids=["fields", "one field", "extensions of chunks", "size of a chunk", "one segment", "many fields", "empty lines"],
)
async def test_a_connection_ends_that_sends_no_content(port: int, pieces: list[bytes]) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection_of_server = await only_connection()
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    await until(connection_of_server.transport.is_closing)
    writer.close()


async def test_a_body_of_small_chunks_is_taken(port: int) -> None:
    pieces = [b"1\r\nx\r\n" * 1000, b"00000001\r\nx\r\n" * 1000, b"fff;a=b\r\n" + b"x" * 4095 + b"\r\n"]
    received = await exchange(port, CHUNKED, *pieces * 5, b"0\r\n\r\n", LAST)
    assert received.count(b"ok") == 2


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        (b"1.1", b"Host: a\r\n", b"200"),
        (b"1.1", b"", b"400"),
        (b"1.1", b"Host: a\r\nHost: a\r\n", b"400"),
        (b"1.1", b"host: a\r\nX: y\r\nHOST: b\r\n", b"400"),
        (b"1.0", b"", b"200"),
        (b"1.0", b"Host: a\r\nHost: b\r\n", b"400"),
    ],
)
async def test_a_request_names_one_host(port: int, version: bytes, hosts: bytes, status: bytes) -> None:
    received = await exchange(port, b"GET / HTTP/" + version + b"\r\n" + hosts + b"Connection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 " + status)


async def test_a_refusal_is_no_answer_to_the_request_before(port: int) -> None:
    """The answer to the first request has not begun when the second one is refused."""
    received = await exchange(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n")
    assert b"HTTP/1.1 400" not in received


LARGE_TRAILER = b"2\r\nhi\r\n0\r\nX: " + LONG + b"\r\n\r\n"
# what is no request, or none that is taken, and the time that its head may take
REFUSED: Mapping[str, tuple[bytes, float]] = {
    "no request": (b"\x16\x03\x01garbage\r\n\r\n", 10),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 10),
    "a large head": (b"GET / HTTP/1.1\r\nX: " + b"y" * 200_000, 10),
    "a slow head": (b"GET / HTT", 0.2),
    "another protocol": (b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 10),
    "a body that is none": (CHUNKED + b"zz\r\n", 10),
    "a large trailer": (CHUNKED + LARGE_TRAILER, 10),
    "many trailers": (CHUNKED + b"0\r\n" + b"ab: yyyyy\r\n" * 2000 + b"\r\n", 10),
    "empty lines": (b"\r\n" * 100_000, 10),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize(
    ("first", "begins_by"),
    [
        (b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", b""),
        (b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", b""),
        (b"GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n", b"o"),
    ],
    ids=["slow", "slow write", "in pieces"],
)
async def test_a_refusal_is_never_written_into_another_answer(
    port: int, first: bytes, begins_by: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, seconds = REFUSED[kind]
    monkeypatch.setattr(connection, "HEAD_SECONDS", seconds)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    received = await reader.readuntil(b"\r\n\r\n" + begins_by) if begins_by else b""
    writer.write(refused)
    received += await asyncio.wait_for(reader.read(), 5)
    assert received.count(b"HTTP/1.1 ") == 1
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.partition(b"\r\n\r\n")[2] == b"ok"
    writer.close()


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_came_before_a_refusal_is_answered(port: int, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused, seconds = REFUSED[kind]
    monkeypatch.setattr(connection, "HEAD_SECONDS", seconds)
    received = await exchange(port, FIRST.replace(b"/", b"/slow", 1) + FIRST + FIRST + refused)
    assert (received.count(b"HTTP/1.1 200"), received.count(b"\r\n\r\nok")) == (3, 3)


BAD_BODIES = [b"zz\r\n", LARGE_TRAILER, b"2;" + LONG]


@pytest.mark.parametrize("path", [b"/slow", b"/until-gone"])
@pytest.mark.parametrize("body", BAD_BODIES)
async def test_a_body_that_is_not_taken_is_refused(port: int, body: bytes, path: bytes) -> None:
    received = await exchange(port, CHUNKED.replace(b"/", path, 1), body + FIRST, pause=0.1)
    assert received.startswith(b"HTTP/1.1 400")
    assert received.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("body", BAD_BODIES)
async def test_a_request_that_was_answered_before_its_body_came_is_not_refused(port: int, body: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(CHUNKED)
    await reader.readuntil(b"ok")
    writer.write(body)
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 3) == b""
    writer.close()


async def test_what_follows_a_late_body_is_refused_with_an_answer(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(CHUNKED)
    await reader.readuntil(b"ok")
    writer.write(b"1\r\nx\r\n0\r\n\r\n")
    await asyncio.sleep(0.1)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 3)).startswith(b"HTTP/1.1 400")
    writer.close()


async def connect_without_reading(port: int, path: bytes, times: int = 1) -> tuple[socket.socket, Connection]:
    """Sends the request several times at once. Returns the client's end and the gateway's."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", port))
    server = await only_connection()
    await loop.sock_sendall(client, FIRST.replace(b"/", path, 1) * times)
    await until(lambda: server not in Connection._waiting)
    return client, server


@pytest.mark.parametrize(("path", "times"), [(b"/large", 1), (b"/large", 8), (b"/large", 100)])
async def test_a_connection_ends_whose_client_does_not_read(
    port: int, path: bytes, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.1)
    client, server = await connect_without_reading(port, path, times)
    await until(lambda: server not in server.connections and not server.tasks)
    client.close()


async def test_an_answer_that_nobody_reads_ends_after_its_connection_was_closed(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.1)
    client, server = await connect_without_reading(port, b"/large")
    await until(server.transport.get_write_buffer_size)
    server.transport.close()
    await until(lambda: server not in server.connections)
    client.close()


async def test_a_client_that_reads_slowly_is_waited_for(port: int) -> None:
    client, server = await connect_without_reading(port, b"/large")
    await until(server.transport.get_write_buffer_size)
    unread = server.transport.get_write_buffer_size()
    server._check_reading(0)
    server._check_reading(unread + connection.READ_BYTES)
    server._has_read = True
    server._check_reading(unread)
    assert not server.transport.is_closing()
    server._check_reading(unread)
    assert server.transport.is_closing()
    client.close()


async def test_a_later_request_is_refused_with_an_answer(port: int) -> None:
    reader, writer = await ask(port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 2)).startswith(b"HTTP/1.1 400")
    writer.close()


@pytest.mark.parametrize("times", [1, 2, 16])
async def test_each_request_of_a_connection_learns_that_the_client_has_gone(port: int, times: int) -> None:
    client, server = await connect_without_reading(port, b"/until-gone", times)
    await until(lambda: server.tasks)
    client.close()
    await until(lambda: not server.tasks)


async def test_only_so_many_connections_are_open(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 1)
    client, server = await connect_without_reading(port, b"/until-gone")
    assert await exchange(port, LAST) in (b"", b"closed")
    assert not server.transport.is_closing()
    client.close()


@pytest.mark.parametrize("times", [1, 8])
async def test_a_client_that_does_not_read_gives_way(port: int, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 1)
    client, server = await connect_without_reading(port, b"/large", times)
    await until(server.transport.get_write_buffer_size)
    assert (await exchange(port, LAST)).endswith(b"ok")
    await until(lambda: server not in server.connections)
    client.close()


@pytest.mark.parametrize(
    ("request_", "drop"),
    [
        (FIRST, b"\r\n"),
        (FIRST, b"\n"),
        (FIRST, b"\r"),
        (FIRST * 3, b"\r\n\r\n"),
        (FIRST.replace(b"1.1", b"1.1\r\nConnection: keep-alive"), b"\r\n"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", b"y"),
        (CHUNKED, b"1\r\ny\r\n"),
        (CHUNKED + b"0\r\n", b"a: y\r\n"),
        (CHUNKED + b"1;", b"y"),
    ],
    ids=["CR LF", "LF", "CR", "after three", "keep-alive", "body", "chunks", "trailer", "extension of a chunk"],
)
async def test_nothing_but_a_request_lengthens_the_wait_for_it(hasty_port: int, request_: bytes, drop: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_port)
    writer.write(request_)
    for _ in range(request_.count(b"Host")):
        await reader.readuntil(b"ok")
    dropping = asyncio.create_task(drip(writer, drop))
    assert await asyncio.wait_for(reader.read(), 1.5) == b""
    dropping.cancel()
    writer.close()


@pytest.mark.parametrize("drop", [b"\r\n", b"\n"])
async def test_empty_lines_do_not_lengthen_the_wait_for_a_head(
    port: int, drop: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    dropping = asyncio.create_task(drip(writer, drop))
    assert await asyncio.wait_for(reader.read(), 1.5) == b""
    dropping.cancel()
    writer.close()


async def drip(writer: asyncio.StreamWriter, drop: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.1)


async def test_an_answer_may_take_longer_than_the_wait_for_a_request(hasty_port: int) -> None:
    """While it is made, the next request comes in two parts."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_port)
    for piece in (FIRST.replace(b"/", b"/slow", 1) + FIRST[:9], FIRST[9:], b"\r\n"):
        writer.write(piece)
        await asyncio.sleep(0.3)
    for _ in range(2):
        await asyncio.wait_for(reader.readuntil(b"ok"), 3)
    writer.close()


async def ask(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Returns a connection that was answered, and waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(FIRST)
    await reader.readuntil(b"ok")
    return reader, writer


async def test_the_connection_that_has_been_idle_longest_gives_way(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 3)
    idle = [await ask(port) for _ in range(3)]
    idle[0][1].write(FIRST)
    await idle[0][0].readuntil(b"ok")
    assert (await exchange(port, LAST)).endswith(b"ok")
    assert await asyncio.wait_for(idle[1][0].read(), 2) == b""
    for reader, writer in (idle[0], idle[2]):
        writer.write(FIRST)
        await asyncio.wait_for(reader.readuntil(b"ok"), 2)
    for _, writer in idle:
        writer.close()


async def test_each_newcomer_is_answered_however_many_come_at_once(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 20)
    idle = [await ask(port) for _ in range(20)]
    one = next(iter(Connection._idle))
    newcomers = await asyncio.gather(*(ask(port) for _ in range(20)))
    assert len(one.connections) == 20
    assert [await asyncio.wait_for(reader.read(), 2) for reader, _ in idle] == [b""] * 20
    for _, writer in idle + newcomers:
        writer.close()
    await until(lambda: not Connection._idle)
    assert not Connection._waiting
