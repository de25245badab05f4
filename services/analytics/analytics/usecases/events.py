"""Builds every event that this service emits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested

SOURCE = "/trackline/analytics"
QUEUE = "analytics.events"


def replay_request(
    of: Literal["tickets", "people"], at: datetime, only: Sequence[str] | None = None, job_id: str | None = None
) -> Event:
    """Asks for the events of a log: those of the subjects in `only`, or all of them."""
    wanted = ReplayRequested(consumer=QUEUE, of=of, only=None if only is None else list(only))
    return Event.unlogged(REPLAY_REQUESTED, SOURCE, QUEUE, wanted, at, id=job_id)
