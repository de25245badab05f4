"""Builds every event that this service emits."""

from datetime import datetime
from typing import Literal

from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested

SOURCE = "/trackline/knowledge"
QUEUE = "knowledge.events"


def replay_request(of: Literal["tickets", "people"], at: datetime, job_id: str | None = None) -> Event:
    """Asks for all events of a log. Repeating the request with the same `job_id` still starts only one replay."""
    wanted = ReplayRequested(consumer=QUEUE, of=of)
    return Event.unlogged(REPLAY_REQUESTED, SOURCE, QUEUE, wanted, at, id=job_id)
