"""Replays: sending a log again to the queue of one consumer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from trackline_core.outbox import Document, from_row
from trackline_schemas.base import now
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import REPLAY_FINISHED, REPLAY_REQUESTED, Event, ReplayFinished, ReplayRequested
from trackline_schemas.topology import CONSUMERS

BATCH = 100
# While more messages than this wait in the consumer's queue, the replay waits too.
MOST_WAITING = 2000
ORDER = [("subject", 1), ("sequence", 1)]


def check_consumer(name: str) -> None:
    """Raises ServiceError invalid unless `name` is the queue of a consumer."""
    if name not in CONSUMERS:
        raise refuse(reasons.operating.CONSUMER_UNKNOWN, pointer="/consumer", consumer=name, consumers=list(CONSUMERS))


def rows_after(subject: str, sequence: int, only: Sequence[str] | None) -> Document:
    """Returns the filter for the rows after a position in ORDER. `only` limits it to these subjects."""
    same = {"subject": subject, "sequence": {"$gt": sequence}}
    rest: Document = {"$or": [same, {"subject": {"$gt": subject}}]}
    return rest if only is None else {"$and": [rest, {"subject": {"$in": list(only)}}]}


def to_replayed_event(row: Document) -> Event:
    return from_row(row).model_copy(update={"replay": True})


def request_event(
    consumer: str,
    source: str,
    of: Literal["tickets", "people"],
    at: datetime,
    *,
    only: Sequence[str] | None = None,
    job_id: str | None = None,
) -> Event:
    """Asks for a replay of a log to the queue `consumer`: of all subjects, or of those in `only`. A request that is
    repeated with the same `job_id` starts only one replay."""
    wanted = ReplayRequested(consumer=consumer, of=of, only=None if only is None else list(only))
    return Event.unlogged(REPLAY_REQUESTED, source, consumer, wanted, at, id=job_id)


def finished_event(about: ReplayFinished, source: str) -> Event:
    """Tells the consumer that it has received everything. The event has the id of the job, so that a second one is a
    duplicate."""
    return Event.unlogged(REPLAY_FINISHED, source, about.job_id, about, now(), id=about.job_id)
