"""How a loop waits: for some time, or until there is work for it."""

import asyncio


class Wake:
    def __init__(self) -> None:
        self._event = asyncio.Event()

    def call(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Returns after `seconds`, or earlier when somebody has called since the last wait."""
        try:
            # asyncio.wait_for would lose a cancellation that comes in the same turn of the event loop as a call.
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        self._event.clear()
