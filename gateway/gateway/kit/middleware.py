"""Handles what every request has in common: request id, log line, metrics, security headers, unexpected errors."""

from collections.abc import Mapping

import structlog
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.kit import characters, problems, telemetry
from gateway.kit.cookies import drop_costly
from gateway.kit.exchange import SAFE, Exchange
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError, reasons, refuse

_log = structlog.get_logger(__name__)
# What proxies log for a client that went away before it had an answer. Nobody receives it.
CLIENT_WENT_AWAY = 499


class RequestMiddleware:
    """This is plain ASGI, because a BaseHTTPMiddleware would cost a task for each request and buffer live streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        drop_costly(scope)
        exchange = Exchange(scope, send, self._headers(scope))
        with telemetry.caused_by(scope["state"]["request_id"], scope["state"]["traceparent"]):
            await self._run(exchange, scope, receive)

    def _headers(self, scope: Scope) -> Mapping[str, str]:
        settings: Settings = scope["app"].state.settings
        return {**SAFE, "Strict-Transport-Security": settings.hsts} if settings.secure else SAFE

    async def _run(self, exchange: Exchange, scope: Scope, receive: Receive) -> None:
        try:
            characters.check_address(scope)
            characters.compose_address(scope)
            await self._app(scope, receive, exchange.send)
        except ClientDisconnect:
            exchange.status = exchange.status or CLIENT_WENT_AWAY
        except ServiceError as error:
            await (await problems.respond(Request(scope), error))(scope, receive, exchange.send)
        except Exception:  # whatever went wrong, the caller gets an answer and the log gets the cause
            _log.exception("request failed", **exchange.log_fields())
            if exchange.status:
                raise
            internal = refuse(reasons.bus.INTERNAL_ERROR)
            await (await problems.respond(Request(scope), internal))(scope, receive, exchange.send)
        finally:
            exchange.finish()
