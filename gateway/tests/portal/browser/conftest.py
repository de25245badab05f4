"""One browser for all tests of this folder, and the portal with new data for each."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Browser

from .site import Site, chromium, served

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests of this folder in the event loop of the browser and the server."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="package")
async def site(browser: Browser, app: FastAPI) -> AsyncIterator[Site]:
    async with app.router.lifespan_context(app), served(app) as url:
        parts: Any = app.state.parts
        site = Site(browser, url, parts.rpc, parts.people)
        yield site
        for profile in browser.contexts:
            await profile.close()
        assert site.complaints == []
