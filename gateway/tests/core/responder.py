"""A service that speaks nameko's wire format: it consumes the durable queue rpc-<name> and replies to nameko-rpc."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from trackline_schemas.errors import ServiceError, to_wire

Handler = Callable[[str, dict[str, Any]], Awaitable[Any]]


async def echo(method: str, arguments: dict[str, Any]) -> Any:
    return arguments


class Responder:
    def __init__(self, url: str, service: str, handler: Handler = echo) -> None:
        self._url, self._service = url, service
        self.handler = handler
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: list[AbstractIncomingMessage] = []

    async def start(self) -> None:
        self._connection = await aio_pika.connect(self._url)
        channel = await self._connection.channel(publisher_confirms=False)
        await channel.set_qos(100)
        self._exchange = await channel.declare_exchange("nameko-rpc", "topic", durable=True)
        queue = await channel.declare_queue(f"rpc-{self._service}", durable=True)
        await queue.bind(self._exchange, f"{self._service}.*")
        await queue.consume(self._handle)

    async def stop(self) -> None:
        await self._connection.close()

    async def _handle(self, message: AbstractIncomingMessage) -> None:
        method = (message.routing_key or "").partition(".")[2]
        arguments = json.loads(message.body)["kwargs"]
        self.calls.append((method, arguments))
        self.messages.append(message)
        reply = await self._reply(method, arguments)
        answer = aio_pika.Message(json.dumps(reply).encode(), correlation_id=message.correlation_id)
        await self._exchange.publish(answer, routing_key=message.reply_to or "")
        await message.ack()

    async def _reply(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"result": await self.handler(method, arguments), "error": None}
        except ServiceError as error:
            return {"result": None, "error": to_wire(error)}


class Gate:
    """A handler that answers only after `open` has been set."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, method: str, arguments: dict[str, Any]) -> Any:
        await self.open.wait()
        return arguments
