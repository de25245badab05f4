"""The demonstration in Chromium. Server, browser and test share an event loop, so that a test can change the data."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright

from trackline_local import tools

from ..folk import Folk
from ..world import Services

HEIGHTS = {1280: 800, 390: 844}


@dataclass
class Site:
    """The portal at `url`. `complaints` holds the errors of scripts."""

    browser: Browser
    url: str
    services: Services
    folk: Folk
    complaints: list[str] = field(default_factory=list)

    async def page(self, who: str | None, width: int = 1280, **options: Any) -> Page:
        """Returns an empty page in a profile of its own. A narrow one is that of a phone."""
        phone = width < 640
        viewport: Any = {"width": width, "height": HEIGHTS[width]}
        profile = await self.browser.new_context(
            viewport=viewport, base_url=self.url, reduced_motion="reduce", is_mobile=phone, has_touch=phone, **options
        )
        if who:
            await profile.add_cookies([{"name": "trackline_session", "value": who, "url": self.url}])
        page = await profile.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    async def open(self, who: str | None, path: str, width: int = 1280, **options: Any) -> Page:
        """Returns the page at `path`, when it gets live events if somebody is signed in."""
        page = await self.page(who, width, **options)
        answer = await page.goto(path)
        assert answer
        assert answer.status < 500, path
        if who and options.get("java_script_enabled", True):
            await page.wait_for_selector('html[data-live="open"]', state="attached")
        return page


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=tools.chromium(), args=tools.CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Returns the address of the running `app`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = _Server(uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to pytest."""
        yield
