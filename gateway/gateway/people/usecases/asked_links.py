"""The addresses for which somebody has asked for a link, until the link is made."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from gateway.kit.client import Client


@dataclass(frozen=True, slots=True)
class Asked:
    email: str
    client: Client
    at: datetime


class AskedLinks:
    """A queue that keeps the request that is being served. So nothing is lost when the store fails in the meantime."""

    def __init__(self, most: int) -> None:
        self._waiting: deque[Asked] = deque()
        self._most = most
        self._added = asyncio.Event()

    def put(self, asked: Asked) -> bool:
        """Returns False if the queue is full."""
        if len(self._waiting) >= self._most:
            return False
        self._waiting.append(asked)
        self._added.set()
        return True

    async def first(self) -> Asked:
        """Waits for a request. It stays the first one until `remove_first` or `put_off` is called."""
        while not self._waiting:
            self._added.clear()
            await self._added.wait()
        return self._waiting[0]

    def remove_first(self) -> None:
        self._waiting.popleft()

    def put_off(self) -> None:
        """Lets all others go before the first one: a request that always fails must not keep them from their links."""
        self._waiting.rotate(-1)

    def empty(self) -> bool:
        return not self._waiting
