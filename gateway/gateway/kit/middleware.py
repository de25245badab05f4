"""Handles what every request has in common: request id, log line, metrics, security headers, unexpected errors."""

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.kit import problems, telemetry
from gateway.kit.metrics import HTTP_SECONDS
from trackline_schemas import traceparent
from trackline_schemas.errors import reasons, refuse

_log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class RequestMiddleware:
    """This is plain ASGI, because a BaseHTTPMiddleware would cost a task for each request and buffer live streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        with telemetry.caused_by(scope["state"]["request_id"], scope["state"]["traceparent"]):
            await self._run(exchange, scope, receive)

    async def _run(self, exchange: "_Exchange", scope: Scope, receive: Receive) -> None:
        try:
            await self._app(scope, receive, exchange.send)
        except Exception:  # whatever went wrong, the caller gets an answer and the log gets the cause
            _log.exception("request failed", **exchange.log_fields())
            if exchange.status:
                raise
            error = refuse(reasons.bus.INTERNAL_ERROR)
            await (await problems.respond(Request(scope), error))(scope, receive, exchange.send)
        finally:
            exchange.finish()


class _Exchange:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._started = time.perf_counter()
        self.status = 0
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        self._request_id = given if _REQUEST_ID.match(given) else uuid4().hex
        state = scope.setdefault("state", {})
        state["request_id"] = self._request_id
        state["traceparent"] = traceparent.accept(headers.get("traceparent", ""))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            for name, value in _SAFE.items():
                headers.setdefault(name, value)
        await self._send(message)

    def log_fields(self) -> dict[str, Any]:
        return {
            "method": self._scope["method"],
            "path": self._scope["path"],
            "request_id": self._request_id,
            "actor": self._scope["state"].get("actor"),
        }

    def finish(self) -> None:
        seconds = time.perf_counter() - self._started
        HTTP_SECONDS.labels(self._scope["method"], _template(self._scope), self.status).observe(seconds)
        if self._scope["path"] not in _QUIET:
            _log.info("request", **self.log_fields(), status=self.status, ms=round(seconds * 1000, 1))


def _template(scope: Scope) -> str:
    # The path itself would make a time series for each ticket number in it.
    return getattr(scope.get("route"), "path", None) or "unmatched"
