"""Connections to RabbitMQ, and the topology that every process declares before it publishes or consumes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import KombuError

from trackline_schemas.topology import EXCHANGE, queues

BROKER_DOWN: tuple[type[Exception], ...] = (OSError, AMQPError, KombuError)


SOCKET_TIMEOUT = 5


def connect(url: str, *, heartbeat: int = 0) -> Connection:
    """An open connection; the caller closes it. Raises one of BROKER_DOWN."""
    connection = Connection(url, heartbeat=heartbeat, connect_timeout=3)
    connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    # A broker that is there but does not answer would otherwise hold a declaration for ever.
    connection.connection.transport.sock.settimeout(SOCKET_TIMEOUT)
    return connection


@contextmanager
def one_write(connection: Any) -> Iterator[None]:
    """What is sent on a py-amqp connection within the block leaves in one system call at its end. Nothing in it may
    wait for the network."""
    transport, buffer = connection.transport, bytearray()
    write, transport._write = transport._write, buffer.extend
    try:
        yield
    finally:
        transport._write = write
    transport.write(buffer)


def declare_topology(channel: Any) -> None:
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    for queue in queues():
        _declare_queue(channel, queue.name, queue.arguments)
        for key in queue.bindings:
            channel.queue_bind(queue.name, EXCHANGE, key)
        if queue.fanout:
            channel.exchange_declare(queue.name, "fanout", durable=True, auto_delete=False)
            channel.queue_bind(queue.name, queue.name)


def _declare_queue(channel: Any, name: str, arguments: Mapping[str, Any]) -> None:
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=dict(arguments))
