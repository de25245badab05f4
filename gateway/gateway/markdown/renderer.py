"""Renders articles and comments for readers: never in the gateway's own process, each text once, and not at any price.

The length of a text does not bound what it costs: 200,000 characters may take 9 seconds. A text that costs too much is
shown as it was written. HTML is kept in memory only, and neither the log nor an event holds it.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog
from markupsafe import Markup

from gateway.kit.queue import Busy, Queue
from gateway.kit.tasks import end
from gateway.markdown.html import VERSION, Style
from gateway.markdown.process import Died, Worker

_log = structlog.get_logger(__name__)
MAX_TEXT = 200_000
KEPT_BYTES = 16_000_000
# texts that one person may have in the line at once, so that nobody fills it for everybody. More of them wait outside.
PLACES_PER_PERSON = 2
LONGEST_WAIT = 5.0
# after the process died, which may be the machine's fault
AGAIN_AFTER = 60.0
Key = tuple[int, Style, bytes]


@dataclass(frozen=True)
class Kept:
    html: Markup | None
    until: float = float("inf")

    @property
    def size(self) -> int:
        return 200 + len(self.html or "")


class Cache:
    """Drops what was not used for the longest time."""

    def __init__(self, most_bytes: int) -> None:
        self._room = most_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def get(self, key: Key) -> Kept | None:
        found = self._kept.get(key)
        if found is None or found.until < time.monotonic():
            return None
        self._kept.move_to_end(key)
        return found

    def put(self, key: Key, kept: Kept) -> None:
        before = self._kept.pop(key, None)
        self._room += before.size if before else 0
        self._kept[key] = kept
        self._room -= kept.size
        while self._room < 0:
            self._room += self._kept.popitem(last=False)[1].size


class Renderer:
    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._queue = Queue(at_once=1)
        self._cache = Cache(KEPT_BYTES)
        self._running: dict[Key, asyncio.Task[None]] = {}
        # A person's places are forgotten when nobody waits for one or has one.
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def render(
        self, text: str, person_id: str, style: Style = "article", seconds: float | None = None
    ) -> Markup | None:
        """Returns the HTML of a text for the person, or None if it costs too much, or is not ready in these seconds."""
        if not text:
            return Markup()
        if len(text) > MAX_TEXT:
            return None
        key: Key = (VERSION, style, hashlib.sha256(text.encode()).digest())
        if self._cache.get(key) is None:
            await self._wait(key, text, person_id, LONGEST_WAIT if seconds is None else seconds)
        found = self._cache.get(key)
        return found.html if found else None

    async def close(self) -> None:
        await end(*self._running.values())
        await self._worker.close()

    async def _wait(self, key: Key, text: str, person_id: str, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                place = self._places.setdefault(person_id, asyncio.Semaphore(PLACES_PER_PERSON))
                running = self._running.get(key) or await self._begin(key, text, person_id, place)
                await asyncio.wait([running])

    async def _begin(self, key: Key, text: str, person_id: str, place: asyncio.Semaphore) -> asyncio.Task[None]:
        """Waits for a place in the line. Its reader may leave meanwhile, but what is in the line goes on."""
        await place.acquire()
        if running := self._running.get(key):
            place.release()
            return running
        task = self._running[key] = asyncio.create_task(self._render(key, text, person_id))

        def done(_task: asyncio.Task[None]) -> None:
            del self._running[key]
            place.release()

        task.add_done_callback(done)
        return task

    async def _render(self, key: Key, text: str, person_id: str) -> None:
        if self._cache.get(key):
            return
        try:
            async with self._queue.turn(person_id):
                html = await self._worker.render(text, key[1])
            kept = Kept(Markup(html) if html is not None else None)  # noqa: S704 (the worker has cleaned it)
        except Busy:
            return
        except Died:
            kept = Kept(None, time.monotonic() + AGAIN_AFTER)
        if kept.html is None:
            _log.warning("a text is shown without formatting", sha256=key[2].hex(), characters=len(text))
        self._cache.put(key, kept)
