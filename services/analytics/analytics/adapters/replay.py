"""Asks for events by the bus: whoever owns the log streams them to our queue."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested

QUEUE = "analytics.events"


class BusReplays:
    def __init__(self, publish: Callable[[Event], object], clock: Callable[[], datetime]) -> None:
        self._publish = publish
        self._clock = clock

    def ask(
        self, of: Literal["tickets", "people"], only: Sequence[str] | None = None, job_id: str | None = None
    ) -> None:
        wanted = ReplayRequested(consumer=QUEUE, of=of, only=None if only is None else list(only))
        self._publish(Event.unlogged(REPLAY_REQUESTED, "/trackline/analytics", QUEUE, wanted, self._clock(), id=job_id))
