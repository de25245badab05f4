"""Saving an aggregate and its events in one write, and bringing those events to the log and onto the bus.

A document carries `version`, `pending` (events not yet on the bus), `pending_at` and `commands` (the last 50). The log
row of an event is the event itself with `_id` = its id, plus `logged_at`.
"""

import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event as Stop
from threading import Event as Wake
from typing import Any
from uuid import UUID

import structlog
from bson import Binary
from pymongo import ASCENDING, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteConcernError, WriteError

from trackline_chassis.bus import Bus
from trackline_chassis.coalescer import Coalescer
from trackline_chassis.metrics import OUTBOX_AGE, OUTBOX_RELAYED
from trackline_chassis.mongo import DUPLICATE_KEY, STORE_DOWN, Document, insert_new
from trackline_chassis.publisher import to_exchange
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.base import now
from trackline_schemas.events import Event

log = structlog.get_logger()

BATCH = 100
KEPT_COMMANDS = 50


class VersionConflict(Exception):
    """Somebody else saved first: reload and decide again."""


@dataclass(frozen=True)
class CommandRecord:
    """`hash` covers only the body of the request, which tells apart two requests with the same key."""

    id: UUID
    hash: bytes


def to_row(event: Event) -> Document:
    return {"_id": event.id, **event.model_dump(exclude={"id", "loggedat", "replay"})}


def from_row(row: Document) -> Event:
    return Event(id=row["_id"], loggedat=row.get("logged_at"), **{k: v for k, v in row.items() if k != "logged_at"})


class Outbox:
    """`documents` and `log` are collections of one database. No lease: two relays at once only publish twice."""

    def __init__(
        self,
        documents: Collection[Document],
        events: Collection[Document],
        bus: Bus,
        settings: ChassisSettings,
    ) -> None:
        self._documents = documents
        # A row must not become readable long after its stamp: see mongo.database.
        self._log = events.with_options(write_concern=WriteConcern(w="majority", wtimeout=4000))
        self._bus = bus
        self._settings = settings
        self._insert = Coalescer(self._insert_all)
        self._fresh: deque[tuple[Any, Document]] = deque()
        self._wake = Wake()

    def create_indexes(self) -> None:
        self._documents.create_index(
            [("pending_at", ASCENDING)], partialFilterExpression={"pending_at": {"$exists": True}}
        )
        self._log.create_index([("subject", ASCENDING), ("sequence", ASCENDING)], unique=True)
        self._log.create_index([("logged_at", ASCENDING)])

    def insert(self, document: Document, events: Sequence[Event], command: CommandRecord | None = None) -> None:
        """A new aggregate. Raises pymongo's DuplicateKeyError for a taken _id or unique field."""
        version = len(events)
        rows = [to_row(event) for event in events]
        commands = [] if command is None else [_command_row(command, version)]
        pending = {"pending": rows, "pending_at": now()} if rows else {"pending": []}
        self._insert({**document, "version": version, "commands": commands, **pending})
        self._hand_over(document["_id"], rows)

    def save(
        self,
        key: Any,
        version: int,
        changed: Document,
        events: Sequence[Event],
        command: CommandRecord | None = None,
    ) -> None:
        """Sets the changed fields of `version` and appends the events, or raises VersionConflict."""
        after = version + len(events)
        rows = [to_row(event) for event in events]
        update: Document = {
            "$set": {**changed, "version": after},
            "$push": {"pending": {"$each": rows}},
        }
        if rows:
            update["$min"] = {"pending_at": now()}
        if command is not None:
            update["$push"]["commands"] = {"$each": [_command_row(command, after)], "$slice": -KEPT_COMMANDS}
        if self._documents.update_one({"_id": key, "version": version}, update).matched_count == 0:
            raise VersionConflict
        self._hand_over(key, rows)

    def run(self, stop: Stop) -> None:
        """Relays what was saved here at once, and what any process left behind by sweeping."""
        while not stop.is_set():
            self._wake.wait(self._settings.sweep_seconds * random.uniform(0.7, 1.3))  # noqa: S311 (jitter)
            self._wake.clear()
            try:
                self._relay_fresh()
                self.sweep()
            except STORE_DOWN as error:
                # What was taken from memory is still pending in its document: the sweep brings it later.
                log.warning("relay_waits_for_store", error=str(error))
                stop.wait(1)
        self._relay_fresh()

    def sweep(self) -> int:
        """Relays events that have waited longer than sweep_age_seconds; returns how many it tried."""
        horizon = now() - timedelta(seconds=self._settings.sweep_age_seconds)
        stale = self._documents.find({"pending_at": {"$lt": horizon}}, {"pending": 1, "pending_at": 1})
        documents = list(stale.sort("pending_at").limit(BATCH))
        OUTBOX_AGE.set((now() - documents[0]["pending_at"]).total_seconds() if documents else 0)
        rows = [(document["_id"], row) for document in documents for row in document["pending"]]
        for start in range(0, len(rows), BATCH):
            self.relay(rows[start : start + BATCH])
        return len(rows)

    def relay(self, rows: Sequence[tuple[Any, Document]]) -> None:
        """One batch through the three steps. Stopping between any two of them only repeats a step later."""
        events = self._write_log(rows)
        confirmed = self._publish(events)
        self._clear([key for key, _ in rows], confirmed)

    def _insert_all(self, documents: Sequence[Document]) -> list[Exception | None]:
        try:
            self._documents.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            return _outcomes(error, len(documents))
        return [None] * len(documents)

    def _relay_fresh(self) -> None:
        while self._fresh:
            self.relay([self._fresh.popleft() for _ in range(min(BATCH, len(self._fresh)))])

    def _hand_over(self, key: Any, rows: Iterable[Document]) -> None:
        self._fresh.extend((key, row) for row in rows)
        self._wake.set()

    def _write_log(self, rows: Sequence[tuple[Any, Document]]) -> list[Event]:
        stamp = now()
        insert_new(self._log, [{**row, "logged_at": stamp} for _, row in rows])
        return [from_row({**row, "logged_at": stamp}) for _, row in rows]

    def _publish(self, events: Sequence[Event]) -> list[str]:
        taken = self._bus.send([to_exchange(event) for event in events])
        confirmed = [event.id for event, ok in zip(events, taken, strict=True) if ok]
        OUTBOX_RELAYED.labels("confirmed").inc(len(confirmed))
        OUTBOX_RELAYED.labels("refused").inc(len(events) - len(confirmed))
        return confirmed

    def _clear(self, keys: Sequence[Any], confirmed: Sequence[str]) -> None:
        if not confirmed:
            return
        kept = {"$filter": {"input": "$pending", "cond": {"$not": {"$in": ["$$this._id", confirmed]}}}}
        empty = {"$eq": ["$pending", []]}
        stages: list[Document] = [
            {"$set": {"pending": kept}},
            {"$set": {"pending_at": {"$cond": [empty, "$$REMOVE", "$pending_at"]}}},
        ]
        self._documents.update_many({"_id": {"$in": list(set(keys))}}, stages)


def _command_row(command: CommandRecord, version: int) -> Document:
    return {"id": Binary.from_uuid(command.id), "hash": command.hash, "version": version}


def _outcomes(error: BulkWriteError, documents: int) -> list[Exception | None]:
    unconfirmed = error.details["writeConcernErrors"]
    outcomes: list[Exception | None] = [WriteConcernError(str(unconfirmed)) if unconfirmed else None] * documents
    for one in error.details["writeErrors"]:
        kind = DuplicateKeyError if one["code"] == DUPLICATE_KEY else WriteError
        outcomes[one["index"]] = kind(one["errmsg"], one["code"], one)
    return outcomes
