"""Events that a consumer could not handle: they go through the retry queues to the dead letters, and can be sent
back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from trackline_core.messages import Outgoing
from trackline_schemas.base import now
from trackline_schemas.topology import (
    ATTEMPT_HEADER,
    DEAD_LETTERS,
    DIED_HEADER,
    ORIGIN_HEADER,
    REASON_HEADER,
    RETRY_QUEUES,
)

# Headers count towards the size of a message, so they must not hold a whole traceback.
REASON_LENGTH = 500
UNKNOWN = "?"


class DeadLetter(BaseModel):
    """`queue` is the queue of the consumer that gave up. `id` and `type` are those of the event."""

    queue: str
    id: str
    type: str
    reason: str

    def matches(self, queue: str | None, event_id: str | None) -> bool:
        """None matches anything."""
        return queue in (None, self.queue) and event_id in (None, self.id)


def to_retry_queue(
    queue: str, body: bytes, headers: Mapping[str, Any], reason: str, delays: Sequence[float]
) -> Outgoing | None:
    """Returns the message for the next retry queue, or None after the last attempt. `delays` are seconds, one for each
    retry queue."""
    attempt = int(headers.get(ATTEMPT_HEADER, 0))
    if attempt >= min(len(delays), len(RETRY_QUEUES)):
        return None
    marked = {ATTEMPT_HEADER: attempt + 1, **_origin(queue, reason)}
    return Outgoing(RETRY_QUEUES[attempt], queue, body, marked, expiration=int(delays[attempt] * 1000))


def to_dead_letters(
    queue: str, body: bytes, reason: str, died_at: datetime | None = None, expiration: int | None = None
) -> Outgoing:
    """`died_at` is now unless given. Without `expiration`, in milliseconds, the letter lives as long as the queue
    allows."""
    died = {DIED_HEADER: int((died_at or now()).timestamp())}
    return Outgoing("", DEAD_LETTERS, body, {**_origin(queue, reason), **died}, expiration=expiration)


def parse(headers: Mapping[str, Any], body: bytes) -> DeadLetter:
    """`id` and `type` are "?" if the body cannot be read."""
    # If our header is missing, RabbitMQ moved the message here from the consumer's queue, at the delivery limit.
    queue = headers.get(ORIGIN_HEADER) or headers.get("x-first-death-queue", UNKNOWN)
    reason = headers.get(REASON_HEADER) or headers.get("x-first-death-reason", UNKNOWN)
    event = _event(body)
    return DeadLetter(queue=_text(queue), id=event["id"], type=event["type"], reason=_text(reason))


def to_origin(letter: DeadLetter, body: bytes) -> Outgoing:
    """Returns the message that sends the event back to the consumer that gave up."""
    return Outgoing("", letter.queue, body)


def _origin(queue: str, reason: str) -> dict[str, str]:
    return {ORIGIN_HEADER: queue, REASON_HEADER: reason[:REASON_LENGTH]}


def _event(body: bytes) -> dict[str, str]:
    try:
        event: Any = json.loads(body)
        return {"id": str(event["id"]), "type": str(event["type"])}
    except (ValueError, KeyError, TypeError):
        return {"id": UNKNOWN, "type": UNKNOWN}


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
