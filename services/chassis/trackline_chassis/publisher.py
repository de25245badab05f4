"""Publishes messages in confirm mode, with one wait for a whole batch."""

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Any

import structlog
from amqp import spec
from amqp.basic_message import Message
from kombu import Connection

from trackline_chassis.amqp import BROKER_DOWN, connect, declare_topology, one_write
from trackline_core.messages import Outgoing
from trackline_schemas.topology import EXCHANGE

log = structlog.get_logger()


class Publisher:
    """Counts acks, nacks and returns by itself, because py-amqp's confirm mode waits after every message, which is six
    times slower for batches of 50. Publishes one batch at a time, and can be shared between threads."""

    def __init__(self, url: str, confirm_timeout: float = 5.0) -> None:
        self._url = url
        self._confirm_timeout = confirm_timeout
        self._lock = Lock()
        self._connection: Connection | None = None
        self._channel: Any = None
        self._tag = 0
        self._waiting: dict[int, int] = {}
        self._refused: set[int] = set()
        self._full = False

    def publish(self, messages: Sequence[Outgoing]) -> list[bool]:
        """Returns for each message whether the broker confirmed it. It may also have taken a message without
        confirming."""
        with self._lock:
            try:
                return self._attempt(messages)
            except BROKER_DOWN:
                # A connection that broke while idle fails only now. One more attempt may publish a duplicate, which is
                # harmless.
                self._drop()
            try:
                return self._attempt(messages)
            except BROKER_DOWN as error:
                log.warning("could not publish messages", messages=len(messages), error=str(error))
                self._drop()
                return [False] * len(messages)

    def waiting(self, queue: str) -> int:
        """Returns how many messages are ready in a queue. Raises one of BROKER_DOWN."""
        return int(self._ask(lambda channel: channel.queue_declare(queue, passive=True)).message_count)

    def check(self) -> None:
        """Raises one of BROKER_DOWN while the broker does not answer."""
        self._ask(lambda channel: channel.exchange_declare(EXCHANGE, "topic", passive=True))

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        with self._lock:
            try:
                return question(self._open_channel())
            except BROKER_DOWN:
                self._drop()
                raise

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _attempt(self, messages: Sequence[Outgoing]) -> list[bool]:
        channel = self._open_channel()
        self._waiting.clear()
        self._refused.clear()
        self._full = False
        with one_write(channel.connection):
            for index, outgoing in enumerate(messages):
                self._tag += 1
                self._waiting[self._tag] = index
                arguments = (0, outgoing.exchange, outgoing.routing_key, outgoing.mandatory, False)
                # basic_publish would look for inbound frames before each message.
                channel.send_method(spec.Basic.Publish, "Bssbb", arguments, _message(outgoing, index))
        self._wait_for_confirms()
        if self._full:
            # RabbitMQ remembers for each channel that a quorum queue was full, and may never tell the channel that
            # there is room again (it does not when somebody lifts the limit). A new channel asks the queue.
            self._drop()
        return [index not in self._refused for index in range(len(messages))]

    def _wait_for_confirms(self) -> None:
        end = monotonic() + self._confirm_timeout
        while self._waiting:
            self._connection.drain_events(timeout=max(end - monotonic(), 0.001))  # type: ignore[union-attr]

    def _open_channel(self) -> Any:
        if self._channel is None:
            self._connection = connect(self._url)
            channel = self._connection.channel()
            declare_topology(channel)
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
            self._channel, self._tag = channel, 0
        return self._channel

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for each in self._tags_up_to(tag, multiple):
            self._waiting.pop(each, None)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._full = True
        for each in self._tags_up_to(tag, multiple):
            self._refused.add(self._waiting.pop(each))

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: Message) -> None:
        self._refused.add(int(message.properties["message_id"]))

    def _tags_up_to(self, tag: int, multiple: bool) -> list[int]:
        return [waiting for waiting in self._waiting if waiting <= tag] if multiple else [tag]

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            try:
                connection.close()
            except BROKER_DOWN as error:
                log.debug("could not close a broken connection", error=str(error))


def _message(outgoing: Outgoing, index: int) -> Message:
    expiration = {} if outgoing.expiration is None else {"expiration": str(outgoing.expiration)}
    return Message(
        outgoing.body,
        content_type="application/json",
        delivery_mode=2,
        message_id=str(index),
        application_headers=dict(outgoing.headers),
        **expiration,
    )
