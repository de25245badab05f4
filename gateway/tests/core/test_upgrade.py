"""A request that offers another protocol or asks for a tunnel: no byte behind its head becomes another request."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from .serving import FIRST, LAST, exchange, serving

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
OFFERS = [
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    b"connection: upgrade\r\nupgrade: h2c\r\n",
    b"UPGRADE: anything\r\nCONNECTION: keep-alive, UPGRADE\r\n",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEA\r\n",
    b"Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n",
    b"Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: h2c, websocket\r\n",
    b"Connection:upgrade\r\nUpgrade:\r\n",
    b"Connection: ,upgrade ,\r\nUpgrade: TLS/1.0\r\nConnection: keep-alive\r\n",
]
LENGTH = b"Content-Length: %d\r\n" % len(HIDDEN)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)


async def repeat(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what the application saw of the request."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    if scope["path"] == "/headers":
        body = b"|".join(b"%b=%b" % field for field in scope["headers"])
    seen = b"<%b %b %b>" % (scope["method"].encode(), scope["raw_path"], body)
    length = str(len(seen)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": seen})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(repeat) as port:
        yield port


def answers(received: bytes) -> list[bytes]:
    return re.findall(rb"<([^>]*)>", received)


def ways_to_send(head: bytes, body: bytes) -> list[list[bytes]]:
    return [
        [head + body + LAST],
        [head, body + LAST],
        [head + body, LAST],
        [head + body[:7], body[7:] + LAST],
        [head[:30], head[30:], body[:20], body[20:], LAST],
        [bytes([byte]) for byte in head + body + LAST],
    ]


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize(
    ("line", "framing", "body", "seen"),
    [
        (b"POST /a?b=c HTTP/1.1\r\n", LENGTH, HIDDEN, b"POST /a " + HIDDEN),
        (b"POST / HTTP/1.1\r\n", CHUNKED, CHUNKS, b"POST / " + HIDDEN),
        (b"GET / HTTP/1.1\r\n", LENGTH, HIDDEN, b"GET / " + HIDDEN),
        (b"DELETE / HTTP/1.1\r\n", CHUNKED, CHUNKS, b"DELETE / " + HIDDEN),
        (b"GET / HTTP/1.1\r\n", b"", b"", b"GET / "),
        (b"POST / HTTP/1.1\r\n", b"Content-Length: 0\r\n", b"", b"POST / "),
    ],
    ids=["length", "chunks", "GET with length", "DELETE with chunks", "no body", "empty body"],
)
async def test_an_offer_is_ignored(
    port: int, offer: bytes, line: bytes, framing: bytes, body: bytes, seen: bytes
) -> None:
    head = line + b"Host: a\r\n" + offer + framing + b"\r\n"
    for pieces in ways_to_send(head, body):
        pause = 0 if len(pieces) > 9 else 0.01
        received = await exchange(port, *pieces, pause=pause)
        assert answers(received) == [seen, b"GET / "], pieces


@pytest.mark.parametrize("version", [b"1.0", b"1.1\r\nConnection: close"])
@pytest.mark.parametrize("offer", OFFERS)
async def test_nothing_follows_the_last_request_of_a_connection(port: int, offer: bytes, version: bytes) -> None:
    head = b"POST / HTTP/" + version + b"\r\nHost: a\r\n" + offer + LENGTH + b"\r\n"
    for pieces in ([head + HIDDEN + HIDDEN], [head, HIDDEN, HIDDEN], [head + HIDDEN[:9], HIDDEN[9:] + HIDDEN]):
        received = await exchange(port, *pieces, pause=0.01)
        assert answers(received) == [b"POST / " + HIDDEN], pieces


@pytest.mark.parametrize("times", [1, 2, 10])
async def test_each_of_several_requests_with_an_offer_is_answered(port: int, times: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\n" + OFFERS[0] + LENGTH + b"\r\n"
    for pieces in ([(head + HIDDEN) * times + LAST], [*[head, HIDDEN] * times, LAST]):
        received = await exchange(port, *pieces, pause=0.01)
        assert answers(received) == [b"POST / " + HIDDEN] * times + [b"GET / "]


async def test_few_requests_with_an_offer_wait_in_one_connection(port: int) -> None:
    received = await exchange(port, FIRST.replace(b"\r\n\r\n", b"\r\n" + OFFERS[0] + b"\r\n") * 2000)
    assert received.count(b"HTTP/1.1 200") <= 17


async def test_the_application_sees_every_header_but_the_offer(port: int) -> None:
    fields = b'Empty:\r\nA: \t b \t\r\nA: \xc3\xbc;"x"\r\nX-Upgrade: y\r\nLong: ' + b"z" * 9000 + b"\r\n"
    plain = b"GET /headers HTTP/1.1\r\nHost: a\r\n" + fields + b"Connection: upgrade, close\r\n"
    for pieces in ([plain + b"Upgrade: h2c\r\n\r\n"], [plain[:70], plain[70:99], plain[99:] + b"Upgrade: h2c\r\n\r\n"]):
        received = await exchange(port, *pieces, pause=0.01)
        assert answers(received) == answers(await exchange(port, plain + b"\r\n")) != []


async def test_a_client_that_waits_for_permission_gets_it(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + OFFERS[1] + LENGTH + b"\r\n"
    received = await exchange(port, head, HIDDEN, LAST, pause=0.05)
    assert received.startswith(b"HTTP/1.1 100 ")
    assert answers(received) == [b"POST / " + HIDDEN, b"GET / "]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (b"Host: b\r\n", b"400"),
        (b"X: " + b"y" * 70_000 + b"\r\n", b"431"),
        (LENGTH + CHUNKED, b"400"),
        (LENGTH + b"Content-Length: 1\r\n", b"400"),
    ],
)
async def test_a_head_with_an_offer_is_checked_as_any_other(port: int, fields: bytes, status: bytes) -> None:
    received = await exchange(port, b"POST / HTTP/1.1\r\nHost: a\r\n" + OFFERS[0] + fields + b"\r\n" + HIDDEN)
    assert received == b"closed" or received.startswith(b"HTTP/1.1 " + status)
    assert not answers(received)


@pytest.mark.parametrize("target", [b"a:80", b"/", b"http://a/"])
@pytest.mark.parametrize("fields", [b"", LENGTH, CHUNKED, OFFERS[0], OFFERS[1] + LENGTH])
async def test_there_are_no_tunnels(port: int, target: bytes, fields: bytes) -> None:
    head = b"CONNECT " + target + b" HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n"
    for pieces in (
        [head + HIDDEN],
        [head, HIDDEN],
        [head[:9], head[9:] + HIDDEN[:9], HIDDEN[9:]],
        [FIRST, head + HIDDEN],
    ):
        received = await exchange(port, *pieces, pause=0.01)
        assert b"hidden" not in received
        assert received == b"closed" or b"HTTP/1.1 501 Not Implemented\r\nconnection: close\r\n" in received


@pytest.mark.parametrize(
    "framing",
    [
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 9\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_a_trailer_neither_offers_nor_frames_anything(port: int, framing: bytes) -> None:
    received = await exchange(port, b"POST / HTTP/1.1\r\nHost: a\r\n" + framing + LAST)
    assert answers(received) in ([b"POST / ", b"GET / "], [])


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: +%d\r\n\r\n",
        b"Content-Length: 0x%x\r\n\r\n",
        b"Content-Length: %d, %d\r\n\r\n",
        b"Content-Length: %d\r\nContent-Length: 0\r\n\r\n",
        b"Content-Length : %d\r\n\r\n",
        b"Content-Length:\r\n %d\r\n\r\n",
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n",
        b"Transfer-Encoding: identity\r\n\r\n",
        b"Transfer-Encoding: chunked, identity\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        b"Transfer-Encoding:\r\n chunked\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n",
        b"X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0;a\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\n\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n",
    ],
)
@pytest.mark.parametrize("offer", [b"", OFFERS[0]], ids=["plain", "offer"])
async def test_a_body_of_unclear_length_is_followed_by_no_request(port: int, framing: bytes, offer: bytes) -> None:
    """A proxy could see another end of the body."""
    numbers = (len(HIDDEN),) * framing.count(b"%")
    head = b"POST / HTTP/1.1\r\nHost: a\r\n" + offer + (framing % numbers)
    received = await exchange(port, head + HIDDEN)
    assert answers(received) == []
