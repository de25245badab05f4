"""Events that a consumer could not handle: their way up the retry queues, into the dead letters and out again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from trackline_core.messages import Outgoing
from trackline_schemas.topology import ATTEMPT_HEADER, DEAD_LETTERS, ORIGIN_HEADER, REASON_HEADER, RETRY_QUEUES

# Queues count headers against their message size: a traceback does not belong there.
REASON_LENGTH = 500
UNKNOWN = "?"


class DeadLetter(BaseModel):
    """`queue` is where it died, `id` its event's."""

    queue: str
    id: str
    type: str
    reason: str

    def matches(self, queue: str | None, event_id: str | None) -> bool:
        """None stands for any."""
        return queue in (None, self.queue) and event_id in (None, self.id)


def retried(
    queue: str, body: bytes, headers: Mapping[str, Any], reason: str, delays: Sequence[float]
) -> Outgoing | None:
    """The message for the next retry queue; `delays` are seconds, one per retry queue. None after the last."""
    attempt = int(headers.get(ATTEMPT_HEADER, 0))
    if attempt >= min(len(delays), len(RETRY_QUEUES)):
        return None
    marked = {ATTEMPT_HEADER: attempt + 1, **_origin(queue, reason)}
    return Outgoing(RETRY_QUEUES[attempt], queue, body, marked, expiration=int(delays[attempt] * 1000))


def buried(queue: str, body: bytes, reason: str) -> Outgoing:
    return Outgoing("", DEAD_LETTERS, body, _origin(queue, reason))


def read(headers: Mapping[str, Any], body: bytes) -> DeadLetter:
    """`id` and `type` are "?" where the body cannot be read."""
    # Without our header RabbitMQ itself gave up: the delivery limit, straight from the consumer's queue.
    queue = headers.get(ORIGIN_HEADER) or headers.get("x-first-death-queue", UNKNOWN)
    reason = headers.get(REASON_HEADER) or headers.get("x-first-death-reason", UNKNOWN)
    event = _event(body)
    return DeadLetter(queue=_text(queue), id=event["id"], type=event["type"], reason=_text(reason))


def settled(letter: DeadLetter, action: Literal["retry", "drop"], body: bytes) -> Outgoing | None:
    """What must be published before the letter may be acknowledged: the event, for the queue where it died, or nothing
    when it is dropped."""
    return Outgoing("", letter.queue, body) if action == "retry" else None


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
