"""Over https, every cookie carries the prefix `__Host-` and `Secure` (RFC 6265bis §4.1.3.2): another site of the same
domain, or a page without encryption, can then neither set nor replace it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFIX = b"__Host-"
# Python before 3.11.10 takes the backslashes out of a quoted cookie in quadratic time (CVE-2024-7592): 60,000 of them
# would stop the gateway for more than a minute. Our own cookies have none.
_MOST_ESCAPES = 100


class CookieMiddleware:
    """The application reads and sets cookies by their names without the prefix. A cookie that comes without the prefix
    does not reach the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_prefixed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_outgoing(*header) for header in message["headers"]]
            await send(message)

        headers = [_incoming(*header) for header in scope["headers"]]
        await self._app({**scope, "headers": headers}, receive, send_prefixed)


def drop_costly(scope: Scope) -> None:
    """Takes away the cookies of a request that would cost too much to read."""
    if sum(value.count(b"\\") for name, value in scope["headers"] if name == b"cookie") > _MOST_ESCAPES:
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"cookie"]


def _incoming(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name != b"cookie":
        return name, value
    cookies = (cookie.strip() for cookie in value.split(b";"))
    ours = (cookie.removeprefix(_PREFIX) for cookie in cookies if cookie.startswith(_PREFIX))
    return name, b"; ".join(ours)


def _outgoing(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"set-cookie":
        return name, value
    secure = b"" if b"; secure" in value.lower() else b"; Secure"
    return name, _PREFIX + value + secure
