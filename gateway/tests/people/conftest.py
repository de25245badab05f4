"""People on the real MongoDB and RabbitMQ. Each test gets empty collections, and a virtual host of its own if it needs
one."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import api
from gateway.actions.quota import Quota
from gateway.actions.security_log import note_refusal
from gateway.bus.broker import Broker
from gateway.kit import problems
from gateway.kit.mongo import Database, connect, disconnect
from gateway.kit.settings import Settings
from gateway.people import Ports, build
from gateway.people.adapters.store import Store

ADMIN = "admin@example.org"
PASSWORD = "correct horse battery"


def needed(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set: run by `make test`")
    return value


@pytest.fixture
def settings(database_prefix: str) -> Settings:
    return Settings(
        secret="s" * 32,
        mongodb_url=needed("TRACKLINE_TEST_MONGODB_URL"),
        database_prefix=database_prefix,
        admin_email=ADMIN,
        admin_password=PASSWORD,
        argon2_time_cost=1,
        argon2_memory_kib=16,
        sweep_seconds=0.1,
        sweep_age_seconds=0.0,
        directory_seconds=0.1,
    )


@pytest.fixture(scope="session")
def database_prefix() -> Iterator[str]:
    """Yields the name of one database for all tests, because creating its indexes takes longer than most tests."""
    prefix = f"people_{uuid4().hex[:8]}"
    yield prefix
    with MongoClient[dict[str, Any]](needed("TRACKLINE_TEST_MONGODB_URL")) as client:
        client.drop_database(f"{prefix}_gateway")


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = connect(settings.own_mongodb_url, settings.database)
    for name in await database.list_collection_names():
        await database[name].delete_many({})
    yield database
    disconnect(database)


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.create_indexes()
    return store


@pytest.fixture
async def vhost() -> AsyncIterator[str]:
    """Yields the AMQP URL of an empty virtual host."""
    management = needed("TRACKLINE_TEST_AMQP_MANAGEMENT_URL")
    name = f"people-{uuid4().hex[:8]}"
    async with httpx.AsyncClient(base_url=management) as client:
        (await client.put(f"/api/vhosts/{name}")).raise_for_status()
        permissions = {"configure": ".*", "write": ".*", "read": ".*"}
        user = httpx.URL(management).username or "guest"
        (await client.put(f"/api/permissions/{name}/{user}", json=permissions)).raise_for_status()
        yield needed("TRACKLINE_TEST_AMQP_URL").rstrip("/").rsplit("@", 1)[0] + "@" + _host() + "/" + quote(name)
        (await client.delete(f"/api/vhosts/{name}")).raise_for_status()


def _host() -> str:
    url = httpx.URL(needed("TRACKLINE_TEST_AMQP_URL").replace("amqp://", "http://"))
    return f"{url.host}:{url.port}"


async def eventually(check: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """Returns the first true result of `check`, or fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            found = await check()
            if found:
                return found
            await asyncio.sleep(0.02)


async def succeeds(check: Callable[[], Awaitable[None]]) -> bool:
    try:
        await check()
    except (ConnectionError, PyMongoError):
        return False
    return True


class WithRequestId:
    """Gives each request an id, as the gateway's middleware does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(request_id="test", traceparent=None)
        await self._app(scope, receive, send)


@asynccontextmanager
async def gateway_of(
    settings: Settings, broker: Broker | None = None, *, ready: bool = True
) -> AsyncIterator["Gateway"]:
    people, background = build(settings, broker or Broker("amqp://nowhere.invalid/"))
    app = _spare_apps.pop() if _spare_apps else _make_app()
    app.state.settings = settings
    app.state.note_refusal = note_refusal
    app.state.parts = SimpleNamespace(people=people, settings=settings, quota=Quota(settings))
    await background.start()
    if ready:
        await eventually(lambda: succeeds(background.ping), 30)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield Gateway(app, people, client)
    await background.close()
    _spare_apps.append(app)


# FastAPI examines a route when it first answers, which takes longer than most tests.
_spare_apps: list[FastAPI] = []


def _make_app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(WithRequestId)
    for part in api.PEOPLE:
        app.include_router(part.router)
    return app


class Gateway:
    def __init__(self, app: FastAPI, people: Ports, client: httpx.AsyncClient) -> None:
        self.app = app
        self.people = people
        self.client = client

    async def tokens(self, email: str = ADMIN, password: str = PASSWORD) -> dict[str, Any]:
        answer = await self.client.post("/api/v1/auth/token", data={"username": email, "password": password})
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    async def sign_in(self, email: str = ADMIN, password: str = PASSWORD) -> dict[str, str]:
        """Returns the headers of a caller who is signed in."""
        return {"Authorization": f"Bearer {(await self.tokens(email, password))['access_token']}"}

    async def make_user(self, headers: dict[str, str], **fields: Any) -> dict[str, Any]:
        name = fields.get("name", "Bea Brown")
        body = {"name": name, "emails": [f"{uuid4().hex}@example.org"], "password": PASSWORD, **fields}
        answer = await self.client.post("/api/v1/users", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        user: dict[str, Any] = answer.json()
        return user

    async def make_team(self, headers: dict[str, str], name: str, **fields: Any) -> dict[str, Any]:
        answer = await self.client.post("/api/v1/teams", json={"name": name, **fields}, headers=headers)
        assert answer.status_code == 201, answer.text
        team: dict[str, Any] = answer.json()
        return team


@pytest.fixture
async def gateway(settings: Settings, database: Database) -> AsyncIterator[Gateway]:
    async with gateway_of(settings) as gateway:
        yield gateway


@pytest.fixture
async def admin(gateway: Gateway) -> dict[str, str]:
    return await gateway.sign_in()
