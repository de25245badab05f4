"""Stand-ins that can fail as the real ones do."""

from collections.abc import Sequence
from typing import Any

from gateway.kit.mongo import Collection
from trackline_core.messages import Outgoing


class Crash(BaseException):
    """Stands for a killed process, so no code under test may catch it."""


class Bus:
    """A Sender that confirms all messages but those whose positions are in `refuse`. `crash` says whether it crashes
    "before" or "after" sending."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.refuse: set[int] = set()
        self.crash: str | None = None

    async def ready(self) -> None:
        return

    async def publish(self, messages: Sequence[Outgoing]) -> list[bool]:
        if self.crash == "before":
            raise Crash
        self.sent += messages
        if self.crash == "after":
            raise Crash
        return [index not in self.refuse for index in range(len(messages))]


class Dying:
    """A collection whose `method` crashes, either before or after the real method does its work."""

    def __init__(self, collection: Collection, method: str, *, after: bool) -> None:
        self._collection = collection
        self._method = method
        self._after = after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._collection, name)
        if name != self._method:
            return real

        async def dies(*arguments: Any, **options: Any) -> None:
            if self._after:
                await real(*arguments, **options)
            raise Crash

        return dies
