"""Passes an event that could not be handled to the next retry queue, and after the last one to the dead letters."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from trackline_chassis.metrics import EVENTS
from trackline_chassis.publisher import Publisher
from trackline_core.dead_letters import to_dead_letters, to_retry_queue
from trackline_core.messages import Outgoing
from trackline_schemas.topology import ATTEMPT_HEADER

log = structlog.get_logger()


class Ladder:
    """`delays` are seconds, one for each retry queue."""

    def __init__(self, publisher: Publisher, delays: Sequence[float]) -> None:
        self._publisher = publisher
        self._delays = delays

    def retry(self, queue: str, body: bytes, headers: Mapping[str, Any], reason: str) -> None:
        """Sends the event to the next retry queue, or to the dead letters after the last one. Raises ConnectionError
        unless the broker confirmed it: the caller must then keep the message."""
        message = to_retry_queue(queue, body, headers, reason, self._delays)
        if message is None:
            self.bury(queue, body, reason)
            return
        self._send(message)
        EVENTS.labels(queue, "retried").inc()
        attempt = message.headers[ATTEMPT_HEADER]
        log.warning(
            "an event failed; it will be retried",
            queue=queue,
            attempt=attempt,
            delay=self._delays[attempt - 1],
            reason=reason,
        )

    def bury(self, queue: str, body: bytes, reason: str) -> None:
        """Sends the event to the dead letters at once, because another attempt cannot help."""
        self._send(to_dead_letters(queue, body, reason))
        EVENTS.labels(queue, "dead").inc()
        log.error("an event became a dead letter", queue=queue, reason=reason)

    def publish(self, messages: Sequence[Outgoing]) -> list[bool]:
        """Returns for each message whether the broker confirmed it."""
        return self._publisher.publish(messages)

    def _send(self, message: Outgoing) -> None:
        if not self._publisher.publish([message])[0]:
            raise ConnectionError("RabbitMQ did not confirm a message for the ladder")
