"""The portal with the real people on MongoDB, and the other services in memory."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from gateway.actions.parts import Parts
from gateway.bus.broker import Broker
from gateway.clients.analytics import AnalyticsClient
from gateway.clients.knowledge import KnowledgeClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.records import RecordsClient
from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.kit.mongo import connect, disconnect
from gateway.kit.readiness import Readiness
from gateway.kit.settings import Settings
from gateway.live.hub import LiveHub
from gateway.main import create_app
from gateway.markdown.process import Worker
from gateway.markdown.renderer import Renderer
from gateway.people import Background, Ports, build
from gateway.people.adapters.store import Store

from ..files.fakes import FakeUploads
from .folk import PASSWORD
from .world import Services

ADMIN = "admin@example.org"
# All tests share one database, because creating its indexes takes longer than most tests.
PREFIX = f"house_{uuid4().hex[:8]}"


class House:
    """A browser: it keeps the cookie of the person who has signed in."""

    def __init__(self, people: Ports, store: Store, services: Services, client: httpx.AsyncClient) -> None:
        self.people = people
        self.store = store
        self.services = services
        self.client = client

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers={"Accept": "text/html"})

    async def post(self, path: str, page: str | None = None, **fields: Any) -> httpx.Response:
        """Posts the form on `page`, or on the path itself, with its CSRF token."""
        form = (await self.get(page or path)).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert token, form
        data = {"csrf_token": token[1], "key": uuid4().hex, **fields}
        return await self.client.post(path, data=data, headers={"Accept": "text/html"})

    async def upload(self, path: str, name: str, content: bytes, **fields: str) -> httpx.Response:
        """Posts the form on the path with a file."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', (await self.get(path)).text)
        assert token
        data = {"csrf_token": token[1], "key": uuid4().hex, **fields}
        return await self.client.post(path, data=data, files={"file": (name, content)}, headers={"Accept": "text/html"})

    async def eventually(self, path: str, words: str, seconds: float = 60) -> str:
        """Polls the page until it contains `words` and returns it."""
        async with asyncio.timeout(seconds):
            while True:
                page = (await self.get(path)).text
                if words in page:
                    return page
                await asyncio.sleep(0.05)

    async def sign_in(self, email: str = ADMIN, password: str = PASSWORD) -> None:
        self.client.cookies.clear()
        answer = await self.post("/sign-in", email=email, password=password)
        assert answer.status_code == 303, answer.text

    async def follow(self, answer: httpx.Response) -> str:
        """Returns the page that the answer to a form redirects to."""
        assert answer.status_code == 303, answer.text
        return (await self.get(answer.headers["location"])).text


@asynccontextmanager
async def open_house(**environment: Any) -> AsyncIterator[House]:
    if not os.environ.get("TRACKLINE_TEST_MONGODB_URL"):
        pytest.skip("TRACKLINE_TEST_MONGODB_URL is not set: run by `make test`")
    app = _application(**environment)
    settings: Settings = app.state.settings
    await _empty(settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        parts: Parts = app.state.parts
        await _ready(parts.background)
        database = connect(settings.own_mongodb_url, settings.database)
        stack.callback(disconnect, database)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        services: Any = parts.rpc
        yield House(parts.people, Store(database), services, await stack.enter_async_context(client))


@cache
def _application(**environment: Any) -> FastAPI:
    """Returns an application for all tests with these settings, because FastAPI examines a route when it first answers,
    which takes longer than most tests. Each start gives it parts of its own."""
    settings = Settings(
        secret=uuid4().hex,
        mongodb_url=os.environ["TRACKLINE_TEST_MONGODB_URL"],
        database_prefix=PREFIX,
        admin_email=ADMIN,
        admin_password=PASSWORD,
        argon2_time_cost=1,
        argon2_memory_kib=16,
        directory_seconds=0.1,
        **environment,
    )
    return create_app(settings, _container)


async def _empty(settings: Settings) -> None:
    database = connect(settings.own_mongodb_url, settings.database)
    for name in await database.list_collection_names():
        await database[name].delete_many({})
    disconnect(database)


def _container(settings: Settings) -> Parts:
    people, background = build(settings, Broker("amqp://nowhere.invalid/"))
    rpc: Any = Services(people.directory)
    broker = Broker("")
    broker.start = lambda: None  # type: ignore[method-assign]
    uploads: Any = FakeUploads(settings.file_max_bytes, settings.blocked_endings)
    tickets = TicketsClient(rpc)
    return Parts(
        settings=settings,
        broker=broker,
        rpc=rpc,
        tickets=tickets,
        records=RecordsClient(rpc),
        files=Files(uploads, tickets, settings.file_sweep_seconds),
        notifications=NotificationsClient(rpc),
        knowledge=KnowledgeClient(rpc),
        analytics=AnalyticsClient(rpc),
        people=people,
        background=background,
        live=LiveHub(people.directory, NotificationsClient(rpc).count_unread, heartbeat_seconds=15.0),
        readiness=Readiness({}),
        renderer=Renderer(Worker(1.0)),
    )


async def _ready(background: Background) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await background.ping()
            except ConnectionError:
                await asyncio.sleep(0.02)
            else:
                return
