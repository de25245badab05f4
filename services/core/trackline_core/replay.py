"""Sending a log once more to one consumer's queue."""

from collections.abc import Sequence

from trackline_core.outbox import Document, from_row
from trackline_schemas.base import now
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import REPLAY_FINISHED, Event, ReplayFinished
from trackline_schemas.topology import CONSUMERS

BATCH = 100
# While more messages than this wait in the consumer's queue, the replay waits too.
MOST_WAITING = 2000
ORDER = [("subject", 1), ("sequence", 1)]


def check_consumer(name: str) -> None:
    """Raises ServiceError invalid unless `name` is the queue of a consumer."""
    if name not in CONSUMERS:
        raise refuse(reasons.operating.CONSUMER_UNKNOWN, pointer="/consumer", consumer=name, consumers=list(CONSUMERS))


def is_bound(consumer: str, event_type: str) -> bool:
    """Whether the consumer's queue takes the type. Every binding key is a prefix with # behind it."""
    return event_type.startswith(tuple(key.removesuffix("#") for key in CONSUMERS[consumer]))


def rows_after(subject: str, sequence: int, only: Sequence[str] | None) -> Document:
    """The filter of what comes behind a position, in ORDER; `only` limits it to these subjects."""
    same = {"subject": subject, "sequence": {"$gt": sequence}}
    rest: Document = {"$or": [same, {"subject": {"$gt": subject}}]}
    return rest if only is None else {"$and": [rest, {"subject": {"$in": list(only)}}]}


def replayed(row: Document) -> Event:
    return from_row(row).model_copy(update={"replay": True})


def finished(about: ReplayFinished, source: str) -> Event:
    """What the consumer hears at the end. The event's id is the job's: a second one is a duplicate."""
    return Event.unlogged(REPLAY_FINISHED, source, about.job_id, about, now(), id=about.job_id)
