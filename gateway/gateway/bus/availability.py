"""Whether anybody serves a service's RPC queue."""

import asyncio
import time

import aio_pika
from aio_pika.abc import AbstractConnection

CACHED_SECONDS = 1.0
ASK_TIMEOUT = 2.0


class Presence:
    """Asks RabbitMQ at most once a second about a service that is there, and one question at a time about one that is
    not: it may be back at any moment. RPC queues are durable, so that `mandatory` would say nothing."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._seen: dict[str, float] = {}
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def of(self, service: str) -> bool:
        if time.monotonic() - self._seen.get(service, -CACHED_SECONDS) < CACHED_SECONDS:
            return True
        task = self._asking.get(service)
        if task is None:
            task = self._asking[service] = asyncio.create_task(self._ask(service))
        # Shielded: all callers of the moment share the question, and one that is cancelled must not end it.
        return await asyncio.shield(task)

    async def _ask(self, service: str) -> bool:
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                present = await self._consumers(f"rpc-{service}") > 0
            if present:
                self._seen[service] = time.monotonic()
            return present
        finally:
            del self._asking[service]

    async def _consumers(self, queue: str) -> int:
        # A channel of its own: RabbitMQ closes the channel when the queue does not exist.
        channel = self._connection.channel(publisher_confirms=False)
        try:
            await channel.initialize()
            declared = await channel.declare_queue(queue, passive=True)
        except aio_pika.exceptions.ChannelNotFoundEntity:
            return 0
        else:
            return declared.declaration_result.consumer_count or 0
        finally:
            await channel.close()
