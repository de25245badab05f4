"""Limits what a connection costs before its request is known: the bytes and the time of its head, how many connections
wait for one, and how many requests wait in a connection. Also ends connections that wait for another request for too
long, whatever they send meanwhile, and those whose client does not read.

The parser that uvicorn uses has no limits of its own: it takes heads and trailers of any size.
"""

import asyncio
import resource
import select
from http import HTTPStatus
from itertools import chain
from typing import ClassVar

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gateway.kit.parser import Parser

MAX_HEAD = 65_536
HEAD_SECONDS = 10.0
# The bytes of a chunked body that are not its content: sizes and extensions of chunks, and the trailer after the last.
MAX_FRAMING = 8_192
# what each piece of a body may add to its content; the size of a chunk and its line ends have up to 14 bytes
FRAMING_OF_A_PIECE = 16
# connections whose head is not complete; the oldest is closed when there are more
MAX_WAITING = 500
MAX_PIPELINED = 16
# A client must read this much of what waits for it in this time. A connection that is slower is closed.
READ_SECONDS = 60.0
READ_BYTES = 30_000
# so often a connection from which nothing is read is looked at, because its client may have gone
LOOK_SECONDS = 1.0
_MAX_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
# The rest of the files that this process may open is for the databases and the bus.
MAX_CONNECTIONS = 10_000 if _MAX_FILES == resource.RLIM_INFINITY else min(10_000, _MAX_FILES * 4 // 5)


class HeadRefused(Exception):
    """The parser turns it into an error of its own."""


def has_ended(fileno: int) -> bool:
    """Tells whether the other side has closed the connection, although there may be something left to read."""
    look = select.poll()
    look.register(fileno, select.POLLRDHUP)
    return bool(look.poll(0))


class Connection(HttpToolsProtocol):
    # Those whose head is not complete, and those that were answered. The ones that have waited longest come first.
    _waiting: ClassVar[dict["Connection", asyncio.TimerHandle]] = {}
    _idle: ClassVar[dict["Connection", asyncio.TimerHandle]] = {}
    # bytes that came since the head began; after the head, those that were no content of the body
    _framing = 0
    # whether the client has taken most of a full buffer since the last look at it
    _has_read = False
    _reading: asyncio.TimerHandle
    _look: asyncio.TimerHandle | None = None
    # whether it takes no further requests
    _is_ending = False
    # the request that is answered now; uvicorn's `cycle` is the last one that came
    _running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.parser = Parser(self)
        self._wait()
        self._watch(0)
        if len(self.connections) > MAX_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._reading.cancel()
        if self._look:
            self._look.cancel()
        self._disconnect_all()
        super().connection_lost(exc)

    def _disconnect_all(self) -> None:
        """uvicorn tells only the last request that the client has gone. The others would go on to write, and fail."""
        for cycle in (self._running, *(waiting for waiting, _ in self.pipeline)):
            if cycle and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _look_for_end(self) -> None:
        """While other requests wait, nothing is read, not even that the client has gone."""
        self._look = None
        if has_ended(self.transport.get_extra_info("socket").fileno()):
            self.transport.abort()
        elif self.pipeline:
            self._look = self.loop.call_later(LOOK_SECONDS, self._look_for_end)

    def resume_writing(self) -> None:
        self._has_read = True
        super().resume_writing()

    def _watch(self, unread: int) -> None:
        """`unread` is the number of bytes that the client has not taken so far."""
        self._has_read = False
        self._reading = self.loop.call_later(READ_SECONDS, self._check_reading, unread)

    def _check_reading(self, before: int) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread and before and not self._has_read and unread > before - READ_BYTES:
            self.transport.abort()
        else:
            self._watch(unread)

    def _make_room(self) -> None:
        """Closes the connection that has waited longest for another request. If there is none, closes one whose client
        does not read, and then the one that has waited longest for its head, which may be this one."""
        ours = (one for one in self.connections if isinstance(one, Connection))
        unread = (one for one in ours if one.transport.get_write_buffer_size())
        last = next(chain(self._idle, unread, self._waiting))
        # Others may come before asyncio says that this one has gone.
        last.connections.discard(last)
        last._stop_waiting()
        last.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._is_ending:
            return
        self._framing += len(data)
        super().data_received(data)
        if self in self._waiting:
            if self._framing > MAX_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._framing > MAX_FRAMING:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_body(self, body: bytes) -> None:
        self._framing = max(0, self._framing - len(body) - FRAMING_OF_A_PIECE)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        if self.parser.get_method() == b"CONNECT":
            self._refuse(HTTPStatus.NOT_IMPLEMENTED)
            raise HeadRefused
        if self.parser.should_upgrade():
            return  # the head comes again
        self._stop_waiting()
        head = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if head > MAX_HEAD or len(self.pipeline) >= MAX_PIPELINED:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise HeadRefused
        if not self._names_one_host():
            self._refuse(HTTPStatus.BAD_REQUEST)
            raise HeadRefused
        self._framing = 0
        super().on_headers_complete()
        # uvicorn would append the fields of a trailer to the headers of the request, against RFC 9110, section 6.5.1.
        self.headers = []
        if self.pipeline and not self._look:
            self._look_for_end()

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        if self.headers and sum(len(name) + len(value) for name, value in self.headers) > MAX_FRAMING:
            self._refuse(HTTPStatus.BAD_REQUEST)
            raise HeadRefused
        super().on_message_complete()
        # uvicorn leaves it set if the request was answered before.
        self.cycle.more_body = False

    def _names_one_host(self) -> bool:
        """RFC 9112, section 3.2: with two hosts, a proxy and the gateway could read different ones."""
        hosts = [name for name, _ in self.headers].count(b"host")
        return hosts == 1 or (not hosts and self.parser.get_http_version() == "1.0")

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # Any byte would end uvicorn's timer, even an empty line or the rest of a body, which begin no request.
        self._unset_keepalive_if_required()
        if not self._is_answering() and self not in self._waiting:
            self._idle[self] = self.loop.call_later(self.timeout_keep_alive, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """uvicorn calls it for what the parser does not understand."""
        if self._begins_refusal():
            super().send_400_response(msg)

    def _wait(self) -> None:
        if self in self._waiting:
            return
        self._stop_waiting()
        self._framing = 0
        self._waiting[self] = self.loop.call_later(HEAD_SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT)
        if len(self._waiting) > MAX_WAITING:
            next(iter(self._waiting))._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def _stop_waiting(self) -> None:
        for waits in (self._waiting, self._idle):
            timer = waits.pop(self, None)
            if timer:
                timer.cancel()

    def _refuse(self, status: HTTPStatus) -> None:
        if self._begins_refusal():
            # A browser opens connections in advance and has asked for nothing yet.
            if self.scope:
                head = f"HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                self.transport.write(head.encode())
            self.transport.close()

    def _begins_refusal(self) -> bool:
        """Takes nothing more from this connection. Returns whether a refusal is the next answer. Otherwise the
        connection ends behind the answers to the requests that came before, without a refusal. So does one whose last
        request was answered before its body came."""
        self._stop_waiting()
        if self._is_ending or self.transport.is_closing():
            return False
        self._is_ending = True
        if self.pipeline and self.cycle.more_body:
            self._drop_last_request()
        if self._is_answering() and (self.cycle.response_started or not self.cycle.more_body):
            self.cycle.keep_alive = False
            return False
        self._disconnect_all()
        if self.cycle and self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()
        return not self.transport.is_closing()

    def _drop_last_request(self) -> None:
        """Its body is what nobody understands."""
        self.pipeline.popleft()
        previous = self.pipeline[0][0] if self.pipeline else self._running
        if previous:
            self.cycle = previous

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete
