"""A client that uses very little CPU: keep-alive connections, prepared bytes, no parsing beyond status and length."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

Request = Callable[[int], bytes]


@dataclass(frozen=True)
class Outcome:
    """`latencies` are in seconds, one per answered request, in ascending order."""

    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]


def post(
    url: str,
    path: Callable[[int], str],
    body: Callable[[int], bytes],
    headers: Callable[[int], str],
    content_type: str = "application/json",
) -> Request:
    """Returns a function: number → the bytes of that POST."""
    host = urlsplit(url).netloc

    def build(number: int) -> bytes:
        content = body(number)
        head = f"POST {path(number)} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\n{headers(number)}"
        return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content

    return build


def get(url: str, path: Callable[[int], str], headers: Callable[[int], str] = lambda _: "") -> Request:
    host = urlsplit(url).netloc
    return lambda number: f"GET {path(number)} HTTP/1.1\r\nHost: {host}\r\n{headers(number)}\r\n".encode()


def run(url: str, request: Request, clients: int, seconds: float, expect: int) -> Outcome:
    """Keeps `clients` connections busy for `seconds`. Raises AssertionError for a status other than `expect`."""
    return asyncio.run(_run(url, request, clients, seconds, expect))


async def _run(url: str, request: Request, clients: int, seconds: float, expect: int) -> Outcome:
    began = time.perf_counter()
    numbers = iter(range(1 << 60))
    each = [_client(url, request, numbers, began + seconds, expect) for _ in range(clients)]
    latencies = [one for part in await asyncio.gather(*each) for one in part]
    return Outcome(time.perf_counter() - began, sorted(latencies))


async def _client(url: str, request: Request, numbers: object, end: float, expect: int) -> list[float]:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    latencies = []
    while (began := time.perf_counter()) < end:
        writer.write(request(next(numbers)))  # type: ignore[call-overload]
        status, body = await _answer(reader)
        assert status == expect, f"{status}: {body[:500]!r}"
        latencies.append(time.perf_counter() - began)
    writer.close()
    return latencies


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(head.split(b" ", 2)[1]), await reader.readexactly(int(length.split(b":")[1]))
