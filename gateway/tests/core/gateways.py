"""Starts the gateway's application with fakes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI

from gateway.actions.parts import Parts
from gateway.bus.broker import Broker
from gateway.clients.analytics import AnalyticsClient
from gateway.clients.knowledge import KnowledgeClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.records import RecordsClient
from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.kit.readiness import Readiness
from gateway.kit.room import Room
from gateway.kit.settings import Settings
from gateway.live.hub import LiveHub
from gateway.main import create_app
from gateway.markdown.process import Worker
from gateway.markdown.renderer import Renderer

from ..files.fakes import FakeUploads
from .fakes import FakePeople, FakeRpc


class NoBroker(Broker):
    def __init__(self) -> None:
        super().__init__("")

    def start(self) -> None: ...


@dataclass
class World:
    app: FastAPI
    rpc: FakeRpc
    people: FakePeople
    hub: LiveHub
    client: httpx.AsyncClient

    async def ask(self, method: str, path: str, who: str | None = "alf", **kwargs: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {who}"} if who else {}
        return await self.client.request(method, path, headers={**headers, **kwargs.pop("headers", {})}, **kwargs)


@cache
def application() -> FastAPI:
    """Returns the application, which is built once, because its routes take a while. Each world starts it with parts of
    its own."""
    return create_app(Settings(secret="s" * 32))


@asynccontextmanager
async def world(broker: Broker | None = None, **settings: Any) -> AsyncIterator[World]:
    """Starts the application. Without `broker` it has no connection to RabbitMQ."""
    rpc, people = FakeRpc(), FakePeople()
    hub = LiveHub(
        people.directory,
        NotificationsClient(rpc).count_unread,
        heartbeat_seconds=settings.get("heartbeat_seconds", 15.0),
    )

    def build(settings: Settings) -> Parts:
        bus = broker or NoBroker()
        bus.add(hub)
        parts: dict[str, Any] = {"people": people, "background": people, "rpc": rpc}
        room = Room(settings.temporary_bytes, settings.temporary_bytes_per_person)
        uploads: Any = FakeUploads(settings.file_max_bytes, settings.blocked_endings, room=room)
        tickets = TicketsClient(rpc)
        return Parts(
            settings=settings,
            broker=bus,
            tickets=tickets,
            records=RecordsClient(rpc),
            files=Files(uploads, tickets, settings.file_sweep_seconds),
            notifications=NotificationsClient(rpc),
            knowledge=KnowledgeClient(rpc),
            analytics=AnalyticsClient(rpc),
            live=hub,
            readiness=Readiness({"broker": bus.ping, "mongodb": people.ping}),
            renderer=Renderer(Worker(1.0)),
            **parts,
        )

    app = application()
    app.state.settings, app.state.build = Settings(secret="s" * 32, **settings), build
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield World(app, rpc, people, hub, client)
