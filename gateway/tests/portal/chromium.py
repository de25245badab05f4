"""The portal in memory, seen with a real browser: both run in the event loop of the test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from trackline_local import tools

from .demo import demo
from .folk import Folk
from .world import Services, application


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to pytest."""
        yield


@dataclass
class Seen:
    """`complaints` holds the errors of scripts."""

    services: Services
    folk: Folk
    url: str
    complaints: list[str]
    _browser: Browser

    async def open(self, path: str, who: str = "ines", width: int = 1280, **options: Any) -> Page:
        """Opens a window of its own profile, and waits until it gets live events."""
        phone = width < 640
        profile = await self._browser.new_context(
            viewport={"width": width, "height": 844 if phone else 800},
            reduced_motion="reduce",
            is_mobile=phone,
            has_touch=phone,
            **options,
        )
        await profile.add_cookies([{"name": "trackline_session", "value": who, "url": self.url}])
        page = await profile.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        await page.goto(self.url + path, wait_until="load")
        if options.get("java_script_enabled", True):
            await page.wait_for_selector('html[data-live="open"]', state="attached")
        return page


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=tools.chromium(), args=tools.CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def see_portal(browser: Browser) -> AsyncIterator[Seen]:
    app = application(demo)
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    parts: Any = app.state.parts
    yield Seen(parts.rpc, parts.people, f"http://127.0.0.1:{port}", [], browser)
    for profile in browser.contexts:
        await profile.close()
    server.should_exit = True
    await serving
