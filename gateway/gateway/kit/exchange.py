"""One request and its answer: the request id, the log line, the metrics and the security headers."""

import re
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

from gateway.kit.metrics import HTTP_SECONDS
from trackline_schemas import traceparent

_log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Exchange:
    def __init__(self, scope: Scope, send: Send, headers: Mapping[str, str]) -> None:
        self._scope, self._send, self._headers = scope, send, headers
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
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)

    def log_fields(self) -> dict[str, Any]:
        client = self._scope.get("client")
        return {
            "method": self._scope["method"],
            "path": self._scope["path"],
            "request_id": self._request_id,
            "actor": self._scope["state"].get("actor"),
            "address": client[0] if client else "unknown",
        }

    def finish(self) -> None:
        seconds = time.perf_counter() - self._started
        HTTP_SECONDS.labels(self._scope["method"], template_of(self._scope), self.status).observe(seconds)
        if self._scope["path"] not in _QUIET:
            _log.info("request", **self.log_fields(), status=self.status, ms=round(seconds * 1000, 1))


def template_of(scope: Scope) -> str:
    """Returns the path of the route, with its parameters in braces."""
    # The path itself would make a time series for each ticket number in it.
    return getattr(scope.get("route"), "path_format", None) or "unmatched"
