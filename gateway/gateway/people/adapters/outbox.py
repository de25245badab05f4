"""The outbox of the gateway's records: drives trackline_core.outbox over Motor. Its relay is an asyncio
task. Every write sets `changed_at` to the time of MongoDB's clock."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from bson import Binary
from prometheus_client import Gauge
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, PyMongoError

from gateway.bus.publisher import Sender
from gateway.kit.mongo import Collection, Document
from gateway.kit.settings import Settings
from gateway.kit.wake import Wake
from trackline_core import outbox as core
from trackline_core.bulk_write import duplicate_indexes
from trackline_core.messages import to_exchange
from trackline_core.metrics import Age
from trackline_core.outbox import CommandRecord, Row, VersionConflict
from trackline_schemas.events import Event

_log = structlog.get_logger(__name__)

SERVER_CLOCK: Document = {"$currentDate": {"changed_at": True}}
OUTBOX_AGE = Gauge(
    "trackline_people_outbox_age_seconds", "Age of the oldest event that is overdue for the bus, else 0", ["of"]
)


class Outbox:
    """Relays need no lease: two of them at once only publish an event twice."""

    def __init__(self, documents: Collection, log: Collection, sender: Sender, settings: Settings) -> None:
        self.documents = documents
        self.log = log
        self._sender = sender
        self._settings = settings
        self._fresh: deque[Row] = deque()
        self._wake = Wake()
        self._age = Age(OUTBOX_AGE.labels(documents.name))

    async def insert(self, document: Document, event: Event) -> Document:
        """Returns the document as it is stored. Raises pymongo's DuplicateKeyError for a taken _id or unique field."""
        row = core.to_row(event)
        fields = {name: value for name, value in document.items() if name != "_id"}
        stored = await self.documents.find_one_and_update(
            # This is an upsert because an insert cannot set a field to the time of the server's clock.
            {"_id": document["_id"], "version": {"$exists": False}},
            {"$setOnInsert": core.new_document(fields, [row], _now()), **SERVER_CLOCK},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        self._hand_over(document["_id"], row)
        return stored

    async def save(
        self, key: str, version: int, changed: Document, event: Event, command: CommandRecord | None = None
    ) -> Document:
        """Sets the changed fields and appends the event. Raises VersionConflict if the stored version is another."""
        row = core.to_row(event)
        remembered = _command_row(command, version + 1) if command else None
        stored = await self.documents.find_one_and_update(
            core.at_version(key, version),
            core.save_update(version, changed, [row], _now(), remembered) | SERVER_CLOCK,
            return_document=ReturnDocument.AFTER,
        )
        if stored is None:
            raise VersionConflict
        self._hand_over(key, row)
        return stored

    async def run(self) -> None:
        """Relays at once what this process saves, and sweeps for what any process has left behind."""
        while True:
            try:
                await self._sender.ready()
                await self._relay_fresh()
                await self.sweep()
                await self._wait()
            except PyMongoError as error:
                # What the relay has taken from memory is still pending in its document, where the sweep finds it later.
                _log.warning("the relay of people could not reach MongoDB; trying again in 1 s", error=str(error))
                await asyncio.sleep(1)

    async def sweep(self) -> None:
        """Relays events that have waited longer than sweep_age_seconds."""
        stale = self.documents.find(core.overdue(_now(), self._settings.sweep_age_seconds), core.PENDING_FIELDS)
        documents = await stale.sort("pending_at").limit(core.BATCH).to_list(core.BATCH)
        self._age.set(core.oldest_wait(documents, _now()))
        for rows in core.to_batches(documents):
            await self.relay(rows)

    async def relay(self, rows: Sequence[Row]) -> None:
        """Takes one batch through three steps. A stop between two of them only repeats a step later."""
        events = await self._write_log(rows)
        taken = await self._sender.publish([to_exchange(event) for event in events])
        await self._clear(rows, core.confirmed_ids(events, taken))

    async def _wait(self) -> None:
        await self._wake.wait(self._settings.sweep_seconds * random.uniform(0.7, 1.3))  # noqa: S311 (jitter)

    async def _relay_fresh(self) -> None:
        while self._fresh:
            await self.relay(core.take_batch(self._fresh))

    def _hand_over(self, key: str, row: Document) -> None:
        self._fresh.append((key, row))
        self._wake.call()

    async def _write_log(self, rows: Sequence[Row]) -> list[Event]:
        logged = core.to_log_rows(rows, _now())
        try:
            await self.log.insert_many(logged, ordered=False)
        except BulkWriteError as error:
            if duplicate_indexes(error.details) is None:
                raise
        return [core.from_row(row) for row in logged]

    async def _clear(self, rows: Sequence[Row], confirmed: Sequence[str]) -> None:
        if confirmed:
            await self.documents.update_many(*core.clear_pending(rows, confirmed))


def _command_row(command: CommandRecord, version: int) -> Document:
    return {"id": Binary(command.id.bytes), "hash": command.hash, "version": version}


def _now() -> datetime:
    return datetime.now(UTC)
