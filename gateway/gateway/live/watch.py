"""Ends live streams whose credential does not let anybody in any more, on whichever gateway somebody ended it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog

from gateway.kit.credential import Credential
from gateway.kit.tasks import end
from gateway.live.hub import LiveHub

_log = structlog.get_logger(__name__)

# A stream ends at most this long, and the time of one read, after somebody has ended its credential.
EVERY_SECONDS = 2.0


class StreamWatch:
    """Asks the store, which all gateways share, and so misses nothing that the bus has lost. While the store does not
    answer, the streams stay open: nobody can end a credential then."""

    def __init__(
        self, hub: LiveHub, still_valid: Callable[[Collection[Credential]], Awaitable[set[Credential]]]
    ) -> None:
        self._hub = hub
        self._still_valid = still_valid
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="stream watch")

    async def close(self) -> None:
        await end(self._task)

    async def check(self) -> None:
        credentials = self._hub.credentials()
        if credentials:
            self._hub.close_of(credentials - await self._still_valid(credentials))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.check()
            except Exception as error:  # one failure must not end the watch
                _log.warning("could not check the credentials of live streams", error=repr(error))
