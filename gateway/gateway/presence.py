"""Whether anybody serves a service's RPC queue."""

import asyncio
import time

import aio_pika
from aio_pika.abc import AbstractConnection

CACHED_SECONDS = 1.0
ASK_TIMEOUT = 2.0


class Presence:
    """Asks RabbitMQ at most once a second and service. RPC queues are durable, so that `mandatory` would say
    nothing about a service that is stopped."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._known: dict[str, tuple[float, bool]] = {}
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def of(self, service: str) -> bool:
        known = self._known.get(service)
        if known and time.monotonic() - known[0] < CACHED_SECONDS:
            return known[1]
        task = self._asking.get(service)
        if task is None:
            task = self._asking[service] = asyncio.create_task(self._ask(service))
        # Shielded: all callers of the moment share the question, and one that is cancelled must not end it.
        return await asyncio.shield(task)

    async def _ask(self, service: str) -> bool:
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                present = await self._consumers(f"rpc-{service}") > 0
            self._known[service] = (time.monotonic(), present)
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
