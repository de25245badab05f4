"""The people in the tests: Maria is a requester, Ines and Tom are agents, Alex is an administrator."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ..files.fakes import FakeUploads
from .demo import demo
from .folk import CSRF, Folk
from .house import House, open_house
from .world import Services, application


@dataclass
class Portal:
    services: Services
    folk: Folk
    client: httpx.AsyncClient
    uploads: FakeUploads

    async def get(self, path: str, who: str | None = "ines", **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=_headers(who, headers))

    async def post(
        self, path: str, who: str | None = "ines", csrf: str = CSRF, key: str = "k1", **fields: str
    ) -> httpx.Response:
        data = {"csrf_token": csrf, "key": key, **fields}
        return await self.client.post(path, data=data, headers=_headers(who, {}))

    def commands(self, name: str) -> list[object]:
        """Returns the commands of all calls of `name` (service.method), in order."""
        return [arguments["command"] for called, arguments, _ in self.services.calls if called == name]


def _headers(who: str | None, headers: dict[str, str]) -> dict[str, str]:
    cookie = {"Cookie": f"trackline_session={who}"} if who else {}
    return {"Accept": "text/html", **cookie, **headers}


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The application. It gets new data at each start."""
    return application(demo)


@pytest.fixture
async def portal(app: FastAPI) -> AsyncIterator[Portal]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        parts: Any = app.state.parts
        yield Portal(parts.rpc, parts.people, await stack.enter_async_context(client), parts.files.uploads)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        await house.sign_in()
        yield house
