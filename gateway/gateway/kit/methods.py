"""Answers HEAD wherever GET is answered, and OPTIONS everywhere (RFC 9110 §9.3.2 and §9.3.7)."""

from collections.abc import Iterable

from fastapi import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """Returns all methods of the path of a request, or [] if there is nothing at that path."""
    routes = list(routes)
    # A mount has made its own path a part of the root.
    original = {**scope, "root_path": scope.get("app_root_path", scope.get("root_path", ""))}
    found = [method for method in _METHODS if _is_answered(routes, {**original, "method": method})]
    head = ["HEAD"] if "GET" in found else []
    return [*found[:1], *head, *found[1:], "OPTIONS"] if found else []


def allow_header(request: Request) -> dict[str, str]:
    """Returns the header for a 405. A route knows its own methods only, and others may have the same path."""
    return {"Allow": ", ".join(allowed(request.app.router.routes, request.scope))}


def _is_answered(routes: Iterable[BaseRoute], scope: Scope) -> bool:
    # Only files are mounted, and a mount takes every method.
    get = scope["method"] == "GET"
    return any(route.matches(scope)[0] == Match.FULL for route in routes if get or not isinstance(route, Mount))


class MethodMiddleware:
    """An answer to HEAD is that to GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._head(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "OPTIONS":
            await self._options(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        get = {**scope, "method": "GET"}
        try:
            await self._app(get, receive, HeadOnly(send).send)
        except EnoughSent:
            pass
        finally:
            # The metrics are by route.
            scope["route"] = get.get("route")

    async def _options(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = allowed(scope["app"].router.routes, scope)
        if not methods:
            await self._app(scope, receive, send)
            return
        await Response(status_code=204, headers={"Allow": ", ".join(methods)})(scope, receive, send)


class EnoughSent(OSError):
    """Ends an answer that comes in pieces. A client that has gone raises an OSError too."""


class HeadOnly:
    """Sends the head of an answer only. No file is read in vain, and a live stream ends."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        elif message.get("more_body"):
            raise EnoughSent
