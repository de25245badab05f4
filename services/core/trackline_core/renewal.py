"""Renews messages that RabbitMQ has delivered several times.

A quorum queue counts the deliveries of a message, also those that ended with a lost connection or only looked at the
message, and at a limit it drops the message or makes it a dead letter. A copy of the message counts from zero, so only
our own retries decide which event becomes a dead letter.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from trackline_core.dead_letters import parse, to_dead_letters
from trackline_core.messages import Outgoing
from trackline_schemas.base import now
from trackline_schemas.topology import (
    ATTEMPT_HEADER,
    DEAD_LETTER_DAYS,
    DELIVERY_LIMIT,
    DIED_HEADER,
    ORIGIN_HEADER,
    REASON_HEADER,
)

COUNT_HEADER = "x-delivery-count"
# Early enough that a message survives a few losses in which nobody had the time to renew it.
RENEWED_AT = DELIVERY_LIMIT // 4
_KEPT = (ATTEMPT_HEADER, ORIGIN_HEADER, REASON_HEADER)


def is_worn(headers: Mapping[str, Any] | None) -> bool:
    """Returns whether the message has been delivered so often that it must be renewed."""
    return headers is not None and headers.get(COUNT_HEADER, 0) >= RENEWED_AT


def renewed(queue: str, body: bytes, headers: Mapping[str, Any]) -> Outgoing:
    """Returns the copy of a message of a consumer's queue. Acknowledge the message when the copy is confirmed."""
    return Outgoing("", queue, body, {name: headers[name] for name in _KEPT if name in headers})


def renewed_dead_letter(body: bytes, headers: Mapping[str, Any]) -> Outgoing:
    """Returns the copy of a dead letter, which expires when the letter would have."""
    letter, died_at = parse(headers, body), headers.get(DIED_HEADER)
    since = now() if died_at is None else datetime.fromtimestamp(died_at, UTC)
    left = since + timedelta(days=DEAD_LETTER_DAYS) - now()
    return to_dead_letters(letter.queue, body, letter.reason, since, max(1, int(left.total_seconds() * 1000)))
