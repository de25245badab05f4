"""Limits what a connection costs before its request is known: the bytes and the time of its head, how many connections
wait for one, and how many requests wait in a connection. Also ends connections whose body nobody waits for.

The parser that uvicorn uses has no limits of its own: it takes a head of any size.
"""

import asyncio
from http import HTTPStatus
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAX_HEAD = 65_536
HEAD_SECONDS = 10.0
# how long a connection lives on if its request was answered before its body had come
UNREAD_SECONDS = 5.0
# connections whose head is not complete; the oldest is closed when there are more
MAX_WAITING = 500
MAX_PIPELINED = 16


class HeadRefused(Exception):
    """The parser turns it into an error of its own."""


class Connection(HttpToolsProtocol):
    _waiting: ClassVar[dict["Connection", asyncio.TimerHandle]] = {}
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self in self._waiting and self._head_bytes > MAX_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        head = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if head > MAX_HEAD or len(self.pipeline) >= MAX_PIPELINED:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise HeadRefused
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # uvicorn stops its timer for idle connections when the rest of the body comes, and starts none again.
        if not self.pipeline and self.cycle.more_body:
            self.loop.call_later(UNREAD_SECONDS, self._close_if_last, self.cycle)

    def _close_if_last(self, cycle: RequestResponseCycle) -> None:
        if self.cycle is cycle:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _wait(self) -> None:
        if self in self._waiting:
            return
        self._head_bytes = 0
        self._waiting[self] = self.loop.call_later(HEAD_SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT)
        if len(self._waiting) > MAX_WAITING:
            next(iter(self._waiting))._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def _stop_waiting(self) -> None:
        timer = self._waiting.pop(self, None)
        if timer:
            timer.cancel()

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            # A browser opens connections in advance and has asked for nothing yet.
            if self._head_bytes:
                head = f"HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                self.transport.write(head.encode())
            self.transport.close()
