"""The documents and updates of an outbox, which saves an aggregate and its events in one update and then brings the
events to the log and to the bus.

A document has `version`, `pending` (events that are not yet on the bus) and, while there are any, `pending_at` (the
time when the oldest of them was saved). A row of the log is the event itself with `_id` = its id, plus `logged_at`. All
documents, updates and pipelines are those of MongoDB, as plain dicts.
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

# The relay takes at most this many events at once.
BATCH = 100
KEPT_COMMANDS = 50
# The fields that the sweep reads.
PENDING_FIELDS = {"pending": 1, "pending_at": 1}


@dataclass(frozen=True)
class CommandRecord:
    """A command that was carried out. `hash` covers the body of the request, so that another request with the same key
    is noticed."""

    id: UUID
    hash: bytes


class VersionConflict(Exception):
    """Somebody else saved first: load the document and decide again."""


def to_row(event: Event) -> Document:
    return {"_id": event.id, **event.model_dump(exclude={"id", "loggedat", "replay"})}


def from_row(row: Document) -> Event:
    return Event(id=row["_id"], loggedat=row.get("logged_at"), **{k: v for k, v in row.items() if k != "logged_at"})


def new_document(document: Document, rows: Sequence[Document], at: datetime) -> Document:
    pending = {"pending": [*rows], "pending_at": at} if rows else {"pending": []}
    return {**document, "version": len(rows), **pending}


def save_update(
    version: int, changed: Document, rows: Sequence[Document], at: datetime, command: Document | None = None
) -> Document:
    """Returns the update for a document at `version`. The document remembers the latest KEPT_COMMANDS commands."""
    result: Document = {"$set": {**changed, "version": version + len(rows)}, "$push": {"pending": {"$each": [*rows]}}}
    if rows:
        result["$min"] = {"pending_at": at}
    if command is not None:
        result["$push"]["commands"] = {"$each": [command], "$slice": -KEPT_COMMANDS}
    return result


def at_version(key: Any, version: int) -> Document:
    """Returns the filter for an update. It matches nothing once somebody else has saved the document."""
    return {"_id": key, "version": version}


def overdue(at: datetime, seconds: float) -> Document:
    """Returns the filter for documents whose events have waited too long. Younger events are still in the memory of the
    process that saved them."""
    return {"pending_at": {"$lt": at - timedelta(seconds=seconds)}}


def oldest_wait(documents: Sequence[Document], at: datetime) -> float:
    """Returns how many seconds the first of the overdue documents has waited, or 0 if there is none."""
    return (at - documents[0]["pending_at"]).total_seconds() if documents else 0.0


def to_batches(documents: Iterable[Document]) -> Iterator[Sequence[Row]]:
    rows = [(document["_id"], row) for document in documents for row in document["pending"]]
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def take_batch(fresh: deque[Row]) -> Sequence[Row]:
    return [fresh.popleft() for _ in range(min(BATCH, len(fresh)))]


def keys(rows: Sequence[Row]) -> list[Any]:
    """Returns the key of each document once."""
    return list({key for key, _ in rows})


def by_key(keys: Sequence[Any]) -> Document:
    """Returns the filter for these documents."""
    return {"_id": {"$in": [*keys]}}


def rows_without_document(rows: Sequence[Row], found: Iterable[Any]) -> list[str]:
    """Returns the ids of the events whose document is not among the keys that were `found`."""
    kept = set(found)
    return [row["_id"] for key, row in rows if key not in kept]


def to_log_rows(rows: Sequence[Row], at: datetime) -> list[Document]:
    return [{**row, "logged_at": at} for _, row in rows]


def confirmed_ids(events: Sequence[Event], taken: Sequence[bool]) -> list[str]:
    return [event.id for event, ok in zip(events, taken, strict=True) if ok]


def clear_pending(rows: Sequence[Row], ids: Sequence[str]) -> tuple[Document, list[Document]]:
    """Returns the filter and the pipeline that remove the events `ids` from `pending`. An event that was saved in the
    meantime stays, and so does `pending_at` while any event is left."""
    kept = {"$filter": {"input": "$pending", "cond": {"$not": {"$in": ["$$this._id", [*ids]]}}}}
    empty = {"$eq": ["$pending", []]}
    stages: list[Document] = [
        {"$set": {"pending": kept}},
        {"$set": {"pending_at": {"$cond": [empty, "$$REMOVE", "$pending_at"]}}},
    ]
    return by_key(keys(rows)), stages
