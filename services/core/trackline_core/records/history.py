"""The history of records, read from the log of their events.

A row of an earlier release holds the whole state, but not what changed: that follows from the row before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trackline_core.records.decide import Document
from trackline_schemas.events import event_id
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange

NEWEST_FIRST = [("recordedat", -1), ("_id", -1)]


def selection(query: ChangesQuery, event_types: Sequence[str]) -> Document:
    """MongoDB's filter of the rows that a query asks for."""
    wanted: Document = {"type": {"$in": [*event_types]}}
    if query.ids is not None:
        wanted["_id"] = {"$in": query.ids}
    if query.record_id is not None:
        wanted["subject"] = query.record_id
    if query.actor_id is not None:
        wanted["actor"] = query.actor_id
    span = {"$gte": query.since, "$lt": query.until}
    if given := {operator: at for operator, at in span.items() if at is not None}:
        wanted["recordedat"] = given
    return {"$and": [wanted, _behind(query)]} if query.position else wanted


def _behind(query: ChangesQuery) -> Document:
    at, id_ = query.position or (None, None)
    return {"$or": [{"recordedat": {"$lt": at}}, {"recordedat": at, "_id": {"$lt": id_}}]}


def selects(query: ChangesQuery, event_types: Sequence[str], row: Document) -> bool:
    """The same, of one row."""
    at, position = row["recordedat"], query.position
    return (
        row["type"] in event_types
        and (query.ids is None or row["_id"] in query.ids)
        and query.record_id in (None, row["subject"])
        and query.actor_id in (None, row["actor"])
        and (query.since is None or at >= query.since)
        and (query.until is None or at < query.until)
        and (position is None or (at, row["_id"]) < position)
    )


def merged(query: ChangesQuery, rows: Iterable[Document]) -> list[Document]:
    """Newest first, each once: a row moves from its document to the log while both are read."""
    once = {row["_id"]: row for row in rows}
    newest = sorted(once.values(), key=lambda row: (row["recordedat"], row["_id"]), reverse=True)
    return newest[: query.size + 1]


def unexplained(rows: Iterable[Document]) -> list[str]:
    """The ids of the rows that are needed to tell what changed in these."""
    old = (row for row in rows if "changes" not in row and row["sequence"] > 1)
    return [event_id(row["subject"], row["sequence"] - 1) for row in old]


def told(kind: AnyKind, row: Document, earlier: Mapping[str, Document]) -> RecordChange:
    """`earlier` is id → row, of those that `unexplained` named."""
    before = earlier.get(event_id(row["subject"], row["sequence"] - 1), {}).get("data", {})
    changes = row["changes"] if "changes" in row else _difference(kind, before, row["data"])
    return RecordChange(
        id=row["_id"],
        kind=kind.name,
        record_id=row["subject"],
        name=row["data"].get("name") or "",
        version=row["sequence"],
        at=row["recordedat"],
        actor_id=row["actor"],
        changes={name: (first, second) for name, (first, second) in changes.items()},
    )


def _difference(kind: AnyKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = [name for name in kind.fields if before.get(name) != after.get(name)]
    return {name: (before.get(name), after.get(name)) for name in names}
