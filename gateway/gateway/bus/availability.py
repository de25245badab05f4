"""Whether a service is running: whether anything consumes its RPC queue."""

import asyncio
import time

import aio_pika
from aio_pika.abc import AbstractConnection

from gateway.bus.channels import short_channel

CACHED_SECONDS = 1.0
ASK_TIMEOUT = 2.0


class Availability:
    """Asks RabbitMQ at most once a second about a service that runs. It asks one question at a time about a service
    that does not run, because that one may be back at any moment. RPC queues are durable, so that publishing with
    `mandatory` would succeed without a consumer."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._seen_at: dict[str, float] = {}
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def is_up(self, service: str) -> bool:
        if time.monotonic() - self._seen_at.get(service, -CACHED_SECONDS) < CACHED_SECONDS:
            return True
        task = self._asking.get(service)
        if task is None:
            task = self._asking[service] = asyncio.create_task(self._ask(service))
        # All callers of the moment share the question, and cancelling one of them must not end it for the others.
        return await asyncio.shield(task)

    async def _ask(self, service: str) -> bool:
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                up = await self._consumers(f"rpc-{service}") > 0
            if up:
                self._seen_at[service] = time.monotonic()
            return up
        finally:
            del self._asking[service]

    async def _consumers(self, queue: str) -> int:
        # It opens a channel of its own, because RabbitMQ closes the channel when the queue does not exist.
        channel = await short_channel(self._connection)
        try:
            declared = await channel.declare_queue(queue, passive=True)
        except aio_pika.exceptions.ChannelNotFoundEntity:
            return 0
        else:
            return declared.declaration_result.consumer_count or 0
        finally:
            await channel.close()
