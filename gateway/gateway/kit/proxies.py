"""The proxies in front of the gateway, which tell from which address a request came."""

from collections.abc import Sequence
from typing import Any

import structlog
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_log = structlog.get_logger(__name__)


class TrustedProxies(ProxyHeadersMiddleware):
    """Takes the client's address from the headers of trusted proxies. Says once in the log that it ignores those of
    others: an operator may have forgotten the setting, and then everybody behind the proxy shares one address."""

    def __init__(self, app: Any, proxies: Sequence[str]) -> None:
        super().__init__(app, list(proxies))
        self._any = bool(proxies)
        self._told = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self._told and scope["type"] == "http":
            self._tell(scope)
        await (super().__call__(scope, receive, send) if self._any else self.app(scope, receive, send))

    def _tell(self, scope: Any) -> None:
        forwarded = any(name == b"x-forwarded-for" for name, _ in scope["headers"])
        address = scope["client"][0] if scope["client"] else ""
        if forwarded and address not in self.trusted_hosts:
            self._told = True
            _log.warning(
                "ignoring X-Forwarded-For, because its sender is not in TRACKLINE_TRUSTED_PROXIES", address=address
            )
