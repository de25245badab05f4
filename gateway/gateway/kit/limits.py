"""Limits what the bodies of requests cost: their size, the time that they take, and how many are unfinished at once.

Somebody who has not signed in may send a small body only. Starlette's own limits would answer with plain text, and only
after the whole body was read.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.kit import problems
from gateway.kit.leaving import Presence
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError, reasons, refuse

# before the sender is known
SMALL = 64_000
MAX_BODY = 1_000_000
# An import of people is a whole file.
LARGER_BODIES: Mapping[str, int] = {"/api/v1/imports/people": 12_000_000}
# So many bytes make up for a second of silence, but not for silence that is still to come. So a slow sender may go on,
# and one who stops does not keep for long what many bytes have taken.
BYTES_PER_SECOND = 10_000
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
Admit = Callable[[Request], Awaitable[object]]


@dataclass(eq=False)
class Body:
    """The body of one request. `seconds` is how long its sender may be silent, `person` the id of the sender as soon as
    that is known, and `at_end` what happens when the request ends."""

    unfinished: "Unfinished"
    seconds: float
    limit: int = SMALL
    size: int = 0
    silence: float = 0.0
    person: str | None = None
    arriving: bool = False
    evicted: bool = False
    waiting: asyncio.Timeout | None = None
    at_end: AsyncExitStack = field(default_factory=AsyncExitStack)

    def note(self, size: int, waited: float) -> None:
        """`waited` is how many seconds the gateway has waited for these bytes. While it is busy, no silence counts."""
        self.size += size
        self.silence = max(0.0, self.silence + waited - size / BYTES_PER_SECOND)

    def trust(self, person: str, limit: int = MAX_BODY) -> None:
        """Raises ServiceError throttled if this person sends too many bodies at once."""
        self.limit = max(self.limit, limit)
        if self.person is None:
            self.unfinished.trust(self, person)


class Unfinished:
    """The bodies that are still arriving. If too many of unknown senders do, the oldest is given up: an honest one
    arrives at once, and so the oldest are those of an attacker."""

    def __init__(self, most: int, most_per_person: int) -> None:
        self._most, self._most_per_person = most, most_per_person
        self._unknown: dict[Body, None] = {}
        self._per_person: Counter[str] = Counter()

    def begin(self, body: Body) -> None:
        body.arriving = True
        if body.person is not None:
            self._count(body.person)
            return
        self._unknown[body] = None
        if len(self._unknown) > self._most:
            self._give_up(next(iter(self._unknown)))

    def trust(self, body: Body, person: str) -> None:
        if body.arriving:
            self._count(person)
            self._unknown.pop(body, None)
        body.person = person

    def end(self, body: Body) -> None:
        if not body.arriving:
            return
        body.arriving = False
        self._unknown.pop(body, None)
        if body.person is not None:
            self._per_person[body.person] -= 1
            if not self._per_person[body.person]:
                del self._per_person[body.person]

    def _count(self, person: str) -> None:
        if self._per_person[person] >= self._most_per_person:
            raise refuse(reasons.requests.TOO_MANY_BODIES, detail={"retry_after": 5}, most=self._most_per_person)
        self._per_person[person] += 1

    def _give_up(self, body: Body) -> None:
        self._unknown.pop(body, None)
        body.evicted = True
        if body.waiting is not None:
            body.waiting.reschedule(asyncio.get_running_loop().time())


class BodyLimitMiddleware:
    """`admit` identifies the sender of a body that is not small, before more of it is read. It raises ServiceError."""

    def __init__(self, app: ASGIApp, settings: Settings, admit: Admit) -> None:
        self._app = app
        self._admit = admit
        self._seconds = settings.body_seconds
        self._unfinished = Unfinished(settings.unfinished_requests, settings.unfinished_per_person)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            if scope["type"] == "http":
                Presence(receive).is_read.set()
            await self._app(scope, receive, send)
            return
        body = Body(self._unfinished, self._seconds)
        scope["state"]["body"] = body
        async with body.at_end:
            body.at_end.callback(self._unfinished.end, body)
            await self._app(scope, self._limit(scope, receive, body), send)

    def _limit(self, scope: Scope, receive: Receive, body: Body) -> Receive:
        length = Headers(scope=scope).get("content-length", "")
        announced = int(length[:20]) if length.isdecimal() else 0
        presence = Presence(receive)

        async def receive_limited() -> Message:
            try:
                if not body.arriving and not body.size:
                    await self._check_size(scope, body, announced)
                    self._unfinished.begin(body)
                message = await self._receive(receive, body)
                await self._check_size(scope, body, body.size)
            except ServiceError as error:
                raise problems.Refused(error, {"Connection": "close"}) from error
            if not message.get("more_body"):
                self._unfinished.end(body)
                presence.is_read.set()
            return message

        return receive_limited

    async def _receive(self, receive: Receive, body: Body) -> Message:
        began = time.monotonic()
        try:
            async with asyncio.timeout(body.seconds - body.silence) as body.waiting:
                message = await receive()
        except TimeoutError as error:
            if body.evicted:
                raise refuse(reasons.requests.TOO_MANY_UNFINISHED, detail={"retry_after": 1}) from error
            raise refuse(reasons.requests.BODY_TOO_SLOW) from error
        finally:
            body.waiting = None
        body.note(len(message.get("body", b"")), time.monotonic() - began)
        return message

    async def _check_size(self, scope: Scope, body: Body, size: int) -> None:
        if size > SMALL and body.person is None:
            await self._admit(Request(scope))
        if size > body.limit:
            raise refuse(reasons.requests.BODY_TOO_LARGE, megabytes=body.limit / 1_000_000)


def trust(request: Request, person: str) -> None:
    """Lets the body of this request be up to MAX_BODY, or larger for some, because its sender is known."""
    body: Body | None = request.scope["state"].get("body")
    if body:
        body.trust(person, LARGER_BODIES.get(request.url.path, MAX_BODY))


def allow_files(request: Request, max_file: int) -> None:
    """Lets the body be as large as the largest file with a form around it. Only for senders who are known."""
    body: Body | None = request.scope["state"].get("body")
    if body and body.person is not None:
        body.limit = MAX_BODY + max_file
