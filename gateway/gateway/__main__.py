"""Runs the gateway until SIGTERM."""

from socket import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from gateway.kit import telemetry
from gateway.kit.connection import Connection
from gateway.kit.proxies import TrustedProxies
from gateway.kit.settings import Settings
from gateway.main import create_app
from trackline_core.garbage import collect_rarely

DRAIN_SECONDS = 5


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        collect_rarely()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        # Live streams never end by themselves, so uvicorn would wait for them until its graceful timeout.
        proxied: Any = self.config.app
        proxied.app.state.parts.live.close()
        await super().shutdown(sockets)


def main() -> None:
    settings = Settings()
    telemetry.configure("gateway", settings.log_level)
    Server(server_config(create_app(settings), settings)).run()


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        TrustedProxies(app, settings.proxies),
        host=settings.host,
        port=settings.port,
        http=Connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        # Otherwise uvicorn would trust every program on this machine.
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
