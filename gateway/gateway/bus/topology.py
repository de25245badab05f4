"""Declares the shared topology with aio-pika, and measures its queues."""

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, ExchangeType

from gateway.bus.channels import short_channel
from gateway.kit.metrics import DEAD_LETTERS, QUEUE_DEPTH
from trackline_schemas import topology
from trackline_schemas.topology import Queue

RPC_EXCHANGE = "nameko-rpc"


async def declare(connection: AbstractConnection) -> None:
    """Declares all exchanges, queues and bindings. It must run before anything publishes or consumes; repeating it
    changes nothing."""
    channel = await connection.channel()
    try:
        await channel.declare_exchange(RPC_EXCHANGE, ExchangeType.TOPIC, durable=True)
        exchange = await channel.declare_exchange(topology.EXCHANGE, ExchangeType.TOPIC, durable=True)
        for queue in topology.queues():
            await _declare(channel, exchange, queue)
    finally:
        await channel.close()


async def _declare(channel: AbstractChannel, exchange: AbstractExchange, queue: Queue) -> None:
    declared = await channel.declare_queue(queue.name, durable=True, arguments=dict(queue.arguments))
    for key in queue.bindings:
        await declared.bind(exchange, key)
    if queue.fanout:
        await declared.bind(await channel.declare_exchange(queue.name, ExchangeType.FANOUT, durable=True))


async def measure(connection: AbstractConnection) -> None:
    """Sets the gauges of queue depths."""
    channel = await short_channel(connection)
    try:
        for queue in topology.queues():
            declared = await channel.declare_queue(queue.name, passive=True)
            QUEUE_DEPTH.labels(queue.name).set(declared.declaration_result.message_count or 0)
            if queue.name == topology.DEAD_LETTERS:
                DEAD_LETTERS.set(declared.declaration_result.message_count or 0)
    finally:
        await channel.close()
