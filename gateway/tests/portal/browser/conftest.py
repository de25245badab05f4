"""Chromium before the portal in memory.

A module has its own Playwright, because its event loop would stop the asynchronous tests of other modules.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from trackline_local import tools

from ..demo import demo
from ..folk import Folk
from ..world import Services, application

HEIGHTS = {1280: 800, 390: 844}


@dataclass
class Site:
    """The portal at `url`. `pages` are those that a test has opened."""

    browser: Browser
    url: str
    app: FastAPI
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def services(self) -> Services:
        services: Services = self.app.state.parts.rpc
        return services

    @property
    def folk(self) -> Folk:
        folk: Folk = self.app.state.parts.people
        return folk

    def page(self, who: str | None, width: int = 1280, **options: Any) -> Page:
        """Returns an empty page in a fresh profile."""
        viewport: Any = {"width": width, "height": HEIGHTS[width]}
        context = self.browser.new_context(viewport=viewport, base_url=self.url, reduced_motion="reduce", **options)
        self.contexts.append(context)
        if who:
            context.add_cookies([{"name": "trackline_session", "value": who, "url": self.url}])
        return context.new_page()

    def open(self, who: str | None, path: str, width: int = 1280, **options: Any) -> Page:
        page = self.page(who, width, **options)
        answer = page.goto(path)
        assert answer
        assert answer.status < 500, path
        return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=tools.chromium(), args=["--no-sandbox", "--disable-gpu"])


@pytest.fixture
def site(chromium: Browser, app: FastAPI) -> Iterator[Site]:
    """The demonstration, with new data for each test."""
    with _served(app) as url:
        site = Site(chromium, url, app)
        yield site
        for context in site.contexts:
            context.close()


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    started = threading.Event()
    server = _Server(app, started)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    assert started.wait(60), "the portal did not start"
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


class _Server(uvicorn.Server):
    def __init__(self, app: FastAPI, started: threading.Event) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, loop="asyncio", timeout_graceful_shutdown=1))
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started.set()


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """An application of its own, because it runs in the event loop of another thread."""
    return application(demo)
