"""What an outbox writes: an aggregate and its events in one update, and the steps that bring the events to the log and
onto the bus.

A document carries `version`, `pending` (events that are not yet on the bus) and, while there are any, `pending_at` (the
time since when the oldest of them has waited). A row of the log is the event itself with `_id` = its id, plus
`logged_at`. Documents, updates and pipelines are MongoDB's, as plain dicts.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trackline_schemas.events import Event

Document = dict[str, Any]
# (the document's _id, one of its pending rows)
Row = tuple[Any, Document]

# At most so many events go through the relay together.
BATCH = 100
KEPT_COMMANDS = 50
CHANGED = {"pending": 1, "pending_at": 1}


@dataclass(frozen=True)
class CommandRecord:
    """A command that was carried out. `hash` covers only the body of the request, which tells apart two requests with
    the same key."""

    id: UUID
    hash: bytes


class VersionConflict(Exception):
    """Somebody else saved first: reload and decide again."""


def to_row(event: Event) -> Document:
    return {"_id": event.id, **event.model_dump(exclude={"id", "loggedat", "replay"})}


def from_row(row: Document) -> Event:
    return Event(id=row["_id"], loggedat=row.get("logged_at"), **{k: v for k, v in row.items() if k != "logged_at"})


def new_document(document: Document, rows: Sequence[Document], at: datetime) -> Document:
    pending = {"pending": [*rows], "pending_at": at} if rows else {"pending": []}
    return {**document, "version": len(rows), **pending}


def update(
    version: int, changed: Document, rows: Sequence[Document], at: datetime, command: Document | None = None
) -> Document:
    """The update of a document that is at `version`. `command` is remembered among the latest KEPT_COMMANDS."""
    made: Document = {"$set": {**changed, "version": version + len(rows)}, "$push": {"pending": {"$each": [*rows]}}}
    if rows:
        made["$min"] = {"pending_at": at}
    if command is not None:
        made["$push"]["commands"] = {"$each": [command], "$slice": -KEPT_COMMANDS}
    return made


def unchanged(key: Any, version: int) -> Document:
    """The filter of an update: it must match nothing once somebody else has saved."""
    return {"_id": key, "version": version}


def overdue(at: datetime, seconds: float) -> Document:
    """The filter of documents that some relay has left behind. What is younger is still in its writer's memory."""
    return {"pending_at": {"$lt": at - timedelta(seconds=seconds)}}


def age(documents: Sequence[Document], at: datetime) -> float:
    """Seconds that the first of the overdue documents has waited; 0 without one."""
    return (at - documents[0]["pending_at"]).total_seconds() if documents else 0.0


def batches(documents: Iterable[Document]) -> Iterator[Sequence[Row]]:
    rows = [(document["_id"], row) for document in documents for row in document["pending"]]
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def take_batch(fresh: deque[Row]) -> Sequence[Row]:
    return [fresh.popleft() for _ in range(min(BATCH, len(fresh)))]


def logged(rows: Sequence[Row], at: datetime) -> list[Document]:
    return [{**row, "logged_at": at} for _, row in rows]


def confirmed(events: Sequence[Event], taken: Sequence[bool]) -> list[str]:
    return [event.id for event, ok in zip(events, taken, strict=True) if ok]


def cleared(rows: Sequence[Row], ids: Sequence[str]) -> tuple[Document, list[Document]]:
    """The filter and the pipeline that take the events `ids` from `pending`. An event that was saved meanwhile stays,
    and so does `pending_at` as long as any stays."""
    kept = {"$filter": {"input": "$pending", "cond": {"$not": {"$in": ["$$this._id", [*ids]]}}}}
    empty = {"$eq": ["$pending", []]}
    stages: list[Document] = [
        {"$set": {"pending": kept}},
        {"$set": {"pending_at": {"$cond": [empty, "$$REMOVE", "$pending_at"]}}},
    ]
    return {"_id": {"$in": list({key for key, _ in rows})}}, stages
