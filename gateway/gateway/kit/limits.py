"""Limits the size of request bodies. Only uploads and forms with files may be large."""

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.kit import problems
from trackline_schemas.errors import ServiceError, reasons, refuse

MAX_BODY = 1_000_000
UPLOADS = "/api/v1/files"


class BodyLimitMiddleware:
    """Checks Content-Length first, and counts bytes while the body is read. Starlette's own limit would answer with
    plain text, and only after it has read the whole body."""

    def __init__(self, app: ASGIApp, max_file: int) -> None:
        self._app = app
        self._max_file = max_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length, limit = headers.get("content-length", "0"), self._limit(scope["path"], headers)
        if length.isdecimal() and int(length[:20]) > limit:
            error = _too_large(limit)
            await (await problems.respond(Request(scope), error))(scope, receive, send)
            return
        await self._app(scope, _limit_body(receive, limit), send)

    def _limit(self, path: str, headers: Headers) -> int:
        if path == UPLOADS:
            return self._max_file
        form = headers.get("content-type", "").startswith("multipart/form-data") and not path.startswith("/api/")
        return MAX_BODY + self._max_file if form else MAX_BODY


def _too_large(limit: int) -> ServiceError:
    return refuse(reasons.requests.BODY_TOO_LARGE, megabytes=limit / 1_000_000)


def _limit_body(receive: Receive, limit: int) -> Receive:
    size = 0

    async def receive_limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise problems.Refused(_too_large(limit))
        return message

    return receive_limited
