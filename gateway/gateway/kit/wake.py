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
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        self._event.clear()
