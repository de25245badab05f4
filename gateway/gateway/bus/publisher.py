"""Publishes the events of people and teams to RabbitMQ, in confirm mode."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, DeliveryError, PublishError

from gateway.bus.channels import renewed_channel
from trackline_core.messages import Outgoing
from trackline_schemas.topology import EXCHANGE

_log = structlog.get_logger(__name__)

CONFIRM_TIMEOUT = 5.0
BROKER_DOWN = (AMQPError, ChannelInvalidStateError, TimeoutError, OSError)
NOT_CONFIRMED = (*BROKER_DOWN, asyncio.CancelledError)


class Sender(Protocol):
    async def ready(self) -> None: ...

    async def publish(self, messages: Sequence[Outgoing]) -> list[bool]: ...


class Publisher:
    """A BrokerUser with a channel of its own. RabbitMQ may have accepted a message although it did not confirm it."""

    def __init__(self) -> None:
        self._connected = asyncio.Event()
        self._connection: AbstractConnection
        self._channel: AbstractChannel
        self._exchanges: dict[str, AbstractExchange] = {}

    async def on_connect(self, connection: AbstractConnection) -> None:
        self._connection = connection
        await self._use(await connection.channel(publisher_confirms=True, on_return_raises=True))
        self._connected.set()

    def on_alarm(self, raised: bool) -> None:
        # What is written now would wait in the socket, and its confirm would come too late.
        if raised:
            self._connected.clear()
        elif not self._channel.is_closed:
            self._connected.set()

    def on_disconnect(self) -> None:
        self._connected.clear()

    async def ready(self) -> None:
        """Waits for the broker."""
        await self._connected.wait()

    async def count_waiting(self, queue: str) -> int:
        """Returns the number of messages in a queue that were not delivered to a consumer yet."""
        declared = await self._channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0

    async def publish(self, messages: Sequence[Outgoing]) -> list[bool]:
        """Returns, for each message, whether the broker has confirmed it."""
        if not self._connected.is_set():
            return [False] * len(messages)
        # The tasks acquire the channel's lock in the order in which they are created, so the messages go out in order.
        outcomes = await asyncio.gather(*map(self._send, messages), return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for failure in failures:
            if not isinstance(failure, NOT_CONFIRMED):
                raise failure
        if failures:
            _log.warning("RabbitMQ did not confirm events", count=len(failures), error=repr(failures[0]))
        if any(map(_says_full, failures)):
            await self._renew_channel()
        return [not isinstance(outcome, BaseException) for outcome in outcomes]

    async def _use(self, channel: AbstractChannel) -> None:
        exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        self._channel, self._exchanges = channel, {"": channel.default_exchange, EXCHANGE: exchange}

    async def _renew_channel(self) -> None:
        """RabbitMQ remembers for each channel that a quorum queue was full, and may never tell the channel that there
        is room again (it does not when somebody lifts the limit). A new channel asks the queue."""
        old = self._channel
        try:
            await self._use(await renewed_channel(self._connection))
            await old.close()
        except BROKER_DOWN as error:
            _log.warning("could not renew the channel of events", error=repr(error))

    async def _send(self, outgoing: Outgoing) -> None:
        message = Message(
            outgoing.body,
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            headers=dict(outgoing.headers),
        )
        exchange = self._exchanges[outgoing.exchange]
        await exchange.publish(message, outgoing.routing_key, mandatory=outgoing.mandatory, timeout=CONFIRM_TIMEOUT)


def _says_full(failure: BaseException) -> bool:
    """PublishError is a DeliveryError too, but says that no queue wants the message."""
    return isinstance(failure, DeliveryError) and not isinstance(failure, PublishError)
