"""Reads the events that a client missed from the log of the tickets service."""

import time
from datetime import UTC, datetime
from typing import Protocol

from gateway.live.frames import frame, parse_cursor, ticket_frame
from gateway.live.stream import Stream
from trackline_schemas.context import CallContext
from trackline_schemas.events import EventsSince

OVERLAP_MS = 10_000
OLDEST_MS = 24 * 3600 * 1000
MOST_EVENTS = 1000


class EventLog(Protocol):
    async def events_since(self, context: CallContext, since: datetime, limit: int) -> EventsSince: ...


async def read_missed(log: EventLog, context: CallContext, stream: Stream, last_event_id: str) -> list[bytes]:
    """Returns the frames since the cursor, and adds them to `stream.sent`. Returns one resync frame if the cursor is
    unknown or too old, or if there are too many events. Raises ServiceError if the log cannot be read."""
    cursor, now = parse_cursor(last_event_id), int(time.time() * 1000)
    if cursor is None or cursor[0] < now - OLDEST_MS:
        return [_resync(now)]
    # Several replicas write the log, so an event may become readable before another one with an earlier timestamp.
    since = datetime.fromtimestamp((min(cursor[0], now) - OVERLAP_MS) / 1000, UTC)
    found = await log.events_since(context, since, MOST_EVENTS)
    if not found.complete:
        return [_resync(now)]
    fresh = [seen for seen in found.events if seen.id != cursor[1]]
    stream.sent.update((seen.subject, seen.sequence) for seen in fresh)
    return [ticket_frame(seen) for seen in fresh]


def _resync(now: int) -> bytes:
    return frame("resync", {}, f"{now}-")
