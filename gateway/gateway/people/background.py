"""What runs beside the requests about people: outboxes, mails of links, imports, and the refresh of the directory."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from pymongo.errors import PyMongoError

from gateway.kit.settings import Settings
from gateway.kit.tasks import end
from gateway.people.adapters import keys
from gateway.people.adapters.store import Store
from gateway.people.directory import BEFORE_ALL
from gateway.people.usecases import administrator, organisation
from gateway.people.usecases.ports import Ports

_log = structlog.get_logger(__name__)

Loop = Callable[[], Awaitable[None]]

FIRST_LOAD = 3.0
RESTART_PAUSE = 1.0


@dataclass
class Background:
    """The gateway starts without MongoDB and RabbitMQ: every loop waits for what it needs. `prepared` is set once the
    directory is loaded. `release` frees what no loop uses any more."""

    loops: Sequence[Loop]
    check_store: Callable[[], Awaitable[object]]
    release: Callable[[], None]
    prepared: asyncio.Event
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Waits for the directory, but at most FIRST_LOAD seconds."""
        self.tasks = [asyncio.create_task(_run_forever(loop)) for loop in self.loops]
        try:
            async with asyncio.timeout(FIRST_LOAD):
                await self.prepared.wait()
        except TimeoutError:
            _log.warning("started before the accounts were read")

    async def ping(self) -> None:
        """Raises while MongoDB does not answer, or while nobody can sign in yet."""
        await self.check_store()
        if not self.prepared.is_set():
            raise ConnectionError("the accounts have not been read yet")

    async def close(self) -> None:
        await end(*self.tasks)
        self.release()


async def keep_up_to_date(ports: Ports, store: Store, settings: Settings, prepared: asyncio.Event) -> None:
    """Loads the directory, sets `prepared`, and then refreshes the directory forever."""
    if not prepared.is_set():
        await store.create_indexes()
        await keys.renew(store, BEFORE_ALL)
        await _refresh(ports)
        await administrator.create_first(ports, settings)
        prepared.set()
    while True:
        await asyncio.sleep(settings.directory_seconds)
        await _refresh(ports)


async def _refresh(ports: Ports) -> None:
    await ports.directory.refresh()
    await organisation.refresh(ports)


async def _run_forever(loop: Loop) -> None:
    while True:
        try:
            await loop()
        except PyMongoError as error:
            _log.warning("could not reach MongoDB; starting the loop again", error=str(error))
        except Exception:  # one failure must not end what runs in the background
            _log.exception("a loop failed; starting it again")
        await asyncio.sleep(RESTART_PAUSE)
