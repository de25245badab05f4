"""Connects to RabbitMQ and declares the topology, which every process does before it publishes or consumes."""

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
    """Returns an open connection, which the caller must close. Raises one of BROKER_DOWN."""
    connection = Connection(url, heartbeat=heartbeat, connect_timeout=3)
    connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    # Without a timeout a declaration would wait for ever for a broker that accepts connections but does not answer.
    connection.connection.transport.sock.settimeout(SOCKET_TIMEOUT)
    return connection


@contextmanager
def one_write(connection: Any) -> Iterator[None]:
    """Collects what the block sends on a py-amqp connection and writes it in one system call at the end. The block must
    not wait for the network."""
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
