"""Where an event goes that could not be handled: the retry queues, then the dead letters, never nowhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from trackline_chassis.metrics import EVENTS
from trackline_chassis.publisher import Publisher
from trackline_core.dead_letters import buried, retried
from trackline_core.messages import Outgoing
from trackline_schemas.topology import ATTEMPT_HEADER

log = structlog.get_logger()


class Ladder:
    """`delays` are seconds, one per retry queue."""

    def __init__(self, publisher: Publisher, delays: Sequence[float]) -> None:
        self._publisher = publisher
        self._delays = delays

    def retry(self, queue: str, body: bytes, headers: Mapping[str, Any], reason: str) -> None:
        """One step up, or to the dead letters after the last. Raises ConnectionError unless the broker confirmed it:
        the caller then keeps the message."""
        message = retried(queue, body, headers, reason, self._delays)
        if message is None:
            self.bury(queue, body, reason)
            return
        self._send(message)
        EVENTS.labels(queue, "retried").inc()
        attempt = message.headers[ATTEMPT_HEADER]
        log.warning(
            "an event will be tried again", queue=queue, attempt=attempt, delay=self._delays[attempt - 1], reason=reason
        )

    def bury(self, queue: str, body: bytes, reason: str) -> None:
        """Straight to the dead letters: another attempt cannot help."""
        self._send(buried(queue, body, reason))
        EVENTS.labels(queue, "dead").inc()
        log.error("an event is a dead letter now", queue=queue, reason=reason)

    def _send(self, message: Outgoing) -> None:
        if not self._publisher.publish([message])[0]:
            raise ConnectionError("RabbitMQ did not confirm a message for the ladder")
