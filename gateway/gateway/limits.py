"""The largest body that a request may have."""

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import problems
from trackline_schemas.errors import ServiceError

MAX_BODY = 1_000_000


class BodyLimitMiddleware:
    """By Content-Length and while reading. Starlette's own limit answers plain text, and only after the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > MAX_BODY:
            error = ServiceError("too_large", "Bodies are limited to 1 MB.")
            await (await problems.respond(Request(scope), error))(scope, receive, send)
            return
        await self._app(scope, _counted(receive), send)


def _counted(receive: Receive) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise HTTPException(413, "Bodies are limited to 1 MB")
        return message

    return counted
