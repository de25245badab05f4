"""Where an event goes that could not be handled: the retry queues, then the dead letters, never nowhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from trackline_chassis.metrics import EVENTS
from trackline_chassis.publisher import Outgoing, Publisher
from trackline_schemas.topology import (
    ATTEMPT_HEADER,
    DEAD_LETTERS,
    ORIGIN_HEADER,
    REASON_HEADER,
    RETRY_QUEUES,
)

log = structlog.get_logger()

# Queues count headers against their message size: a traceback does not belong there.
REASON_LENGTH = 500


class Ladder:
    """`delays` are seconds, one per retry queue."""

    def __init__(self, publisher: Publisher, delays: Sequence[float]) -> None:
        self._publisher = publisher
        self._delays = tuple(zip(RETRY_QUEUES, delays, strict=False))

    def retry(self, queue: str, body: bytes, headers: Mapping[str, Any], reason: str) -> None:
        """One step up, or to the dead letters after the last. Raises ConnectionError unless the broker confirmed it:
        the caller then keeps the message."""
        attempt = int(headers.get(ATTEMPT_HEADER, 0))
        if attempt >= len(self._delays):
            self.bury(queue, body, reason)
            return
        step, delay = self._delays[attempt]
        marked = {ATTEMPT_HEADER: attempt + 1, ORIGIN_HEADER: queue, REASON_HEADER: reason[:REASON_LENGTH]}
        self._send(Outgoing(step, queue, body, marked, mandatory=True, expiration=int(delay * 1000)))
        EVENTS.labels(queue, "retried").inc()
        log.warning("an event will be tried again", queue=queue, attempt=attempt + 1, delay=delay, reason=reason)

    def bury(self, queue: str, body: bytes, reason: str) -> None:
        """Straight to the dead letters: another attempt cannot help."""
        marked = {ORIGIN_HEADER: queue, REASON_HEADER: reason[:REASON_LENGTH]}
        self._send(Outgoing("", DEAD_LETTERS, body, marked, mandatory=True))
        EVENTS.labels(queue, "dead").inc()
        log.error("an event is a dead letter now", queue=queue, reason=reason)

    def _send(self, message: Outgoing) -> None:
        if not self._publisher.publish([message])[0]:
            raise ConnectionError("RabbitMQ did not confirm a message for the ladder")
