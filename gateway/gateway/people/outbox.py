"""Saving a person or team and its event in one write, and bringing that event to the log and onto the bus.

A document carries `version`, `pending` (events not yet on the bus) and `pending_at`. A row of the log is the event with
`_id` = its id, plus `logged_at`: the same as in the services' chassis.
"""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Gauge
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, PyMongoError

from gateway.bus.publisher import Sender, to_exchange
from gateway.kit.mongo import Collection, Document
from gateway.kit.settings import Settings
from trackline_schemas.events import Event

_log = structlog.get_logger(__name__)

BATCH = 100
DUPLICATE_KEY = 11000
OUTBOX_AGE = Gauge(
    "trackline_people_outbox_age_seconds", "Age of the oldest event that is overdue for the bus, else 0", ["of"]
)
Rows = Sequence[tuple[str, Document]]


class VersionConflict(Exception):
    """Somebody else saved first: reload and decide again."""


def to_row(event: Event) -> Document:
    return {"_id": event.id, **event.model_dump(exclude={"id", "loggedat", "replay"})}


def from_row(row: Document) -> Event:
    return Event(id=row["_id"], loggedat=row.get("logged_at"), **{k: v for k, v in row.items() if k != "logged_at"})


class Outbox:
    """No lease: two relays at once only publish twice."""

    def __init__(self, documents: Collection, log: Collection, sender: Sender, settings: Settings) -> None:
        self._documents = documents
        self._log = log
        self._sender = sender
        self._settings = settings
        self._fresh: deque[tuple[str, Document]] = deque()
        self._wake = asyncio.Event()

    async def insert(self, document: Document, event: Event) -> Document:
        """A new aggregate as it was stored. Raises pymongo's DuplicateKeyError for a taken _id or unique field."""
        row = to_row(event)
        fields = {name: value for name, value in document.items() if name != "_id"}
        stored = await self._documents.find_one_and_update(
            # An upsert instead of an insert: only updates can take the server's clock.
            {"_id": document["_id"], "version": {"$exists": False}},
            {
                "$setOnInsert": {**fields, "version": 1, "pending": [row], "pending_at": _now()},
                "$currentDate": {"changed_at": True},
            },
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        self._hand_over(document["_id"], row)
        return stored

    async def save(self, key: str, version: int, changed: Document, event: Event | None) -> Document:
        """Sets the changed fields of `version` and appends the event, or raises VersionConflict."""
        update: Document = {"$set": changed, "$currentDate": {"changed_at": True}}
        row = to_row(event) if event else None
        if row is not None:
            update["$set"] = {**changed, "version": version + 1}
            update |= {"$push": {"pending": row}, "$min": {"pending_at": _now()}}
        stored = await self._documents.find_one_and_update(
            {"_id": key, "version": version}, update, return_document=ReturnDocument.AFTER
        )
        if stored is None:
            raise VersionConflict
        if row is not None:
            self._hand_over(key, row)
        return stored

    async def run(self) -> None:
        """Relays what was saved here at once, and what any process left behind by sweeping."""
        while True:
            try:
                await self._sender.ready()
                await self._relay_fresh()
                await self.sweep()
                await self._wait()
            except PyMongoError as error:
                # What was taken from memory is still pending in its document: the sweep brings it later.
                _log.warning("the people relay waits for MongoDB", error=str(error))
                await asyncio.sleep(1)

    async def sweep(self) -> None:
        """Relays events that have waited longer than sweep_age_seconds."""
        horizon = _now() - timedelta(seconds=self._settings.sweep_age_seconds)
        stale = self._documents.find({"pending_at": {"$lt": horizon}}, {"pending": 1, "pending_at": 1})
        documents = await stale.sort("pending_at").limit(BATCH).to_list(BATCH)
        age = (_now() - documents[0]["pending_at"]).total_seconds() if documents else 0
        OUTBOX_AGE.labels(self._documents.name).set(age)
        rows = [(document["_id"], row) for document in documents for row in document["pending"]]
        for start in range(0, len(rows), BATCH):
            await self.relay(rows[start : start + BATCH])

    async def relay(self, rows: Rows) -> None:
        """One batch through the three steps. Stopping between any two of them only repeats a step later."""
        events = await self._write_log(rows)
        taken = await self._sender.publish([to_exchange(event) for event in events])
        await self._clear(rows, [event.id for event, ok in zip(events, taken, strict=True) if ok])

    async def _wait(self) -> None:
        pause = self._settings.sweep_seconds * random.uniform(0.7, 1.3)  # noqa: S311 (jitter)
        try:
            await asyncio.wait_for(self._wake.wait(), pause)
        except TimeoutError:
            return
        self._wake.clear()

    async def _relay_fresh(self) -> None:
        while self._fresh:
            await self.relay([self._fresh.popleft() for _ in range(min(BATCH, len(self._fresh)))])

    def _hand_over(self, key: str, row: Document) -> None:
        self._fresh.append((key, row))
        self._wake.set()

    async def _write_log(self, rows: Rows) -> list[Event]:
        now = _now()
        try:
            await self._log.insert_many([{**row, "logged_at": now} for _, row in rows], ordered=False)
        except BulkWriteError as error:
            _only_duplicates(error)
        return [from_row({**row, "logged_at": now}) for _, row in rows]

    async def _clear(self, rows: Rows, confirmed: Sequence[str]) -> None:
        if not confirmed:
            return
        kept = {"$filter": {"input": "$pending", "cond": {"$not": {"$in": ["$$this._id", confirmed]}}}}
        at = {"$cond": [{"$eq": ["$pending", []]}, "$$REMOVE", "$pending_at"]}
        keys = list({key for key, _ in rows})
        stages: list[Document] = [{"$set": {"pending": kept}}, {"$set": {"pending_at": at}}]
        await self._documents.update_many({"_id": {"$in": keys}}, stages)


def _only_duplicates(error: BulkWriteError) -> None:
    details = error.details or {}
    if any(one["code"] != DUPLICATE_KEY for one in details["writeErrors"]) or details["writeConcernErrors"]:
        raise error


def _now() -> datetime:
    return datetime.now(UTC)
