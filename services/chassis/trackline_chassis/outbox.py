"""The outbox of a service: the driver of trackline_core.outbox for pymongo, with a thread as its relay.

The document keeps its latest 50 commands under `commands`.
"""

import random
from collections import deque
from collections.abc import Sequence
from functools import partial
from threading import Event as Stop
from threading import Event as Wake
from time import monotonic
from typing import Any

import structlog
from bson import Binary
from pymongo import ASCENDING, WriteConcern
from pymongo.collection import Collection

from trackline_chassis.bus import Bus
from trackline_chassis.coalescer import Coalescer
from trackline_chassis.metrics import OUTBOX_AGE, OUTBOX_RELAYED, RELAYED
from trackline_chassis.mongo import STORE_DOWN, Document, insert_each, insert_new, update_each
from trackline_chassis.settings import ChassisSettings
from trackline_core import outbox as core
from trackline_core.messages import to_exchange
from trackline_core.metrics import Age, start_at_zero
from trackline_core.outbox import CommandRecord, Row, VersionConflict
from trackline_schemas.base import now
from trackline_schemas.events import Event

log = structlog.get_logger()

# The pause after a batch. Events that are saved meanwhile share the next one. An event that comes alone does not wait.
GATHER_SECONDS = 0.02


class Outbox:
    """`documents` and `events` (the log) are collections of one database. Relays need no lease: two at once only
    publish an event twice."""

    def __init__(
        self,
        documents: Collection[Document],
        events: Collection[Document],
        bus: Bus,
        settings: ChassisSettings,
    ) -> None:
        self._documents = documents
        # A row must become readable soon after its time stamp: see mongo.database.
        self._log = events.with_options(write_concern=WriteConcern(w="majority", wtimeout=4000))
        self._bus = bus
        self._settings = settings
        self._insert = Coalescer(partial(insert_each, documents))
        self._update = Coalescer(partial(update_each, documents))
        self._fresh: deque[Row] = deque()
        self._wake = Wake()
        self._age = Age(OUTBOX_AGE.labels(documents.name))
        start_at_zero(OUTBOX_RELAYED, of=[documents.name], outcome=RELAYED)

    def create_indexes(self) -> None:
        self._documents.create_index(
            [("pending_at", ASCENDING)], partialFilterExpression={"pending_at": {"$exists": True}}
        )
        self._log.create_index([("subject", ASCENDING), ("sequence", ASCENDING)], unique=True)
        self._log.create_index([("logged_at", ASCENDING)])

    def insert(self, document: Document, events: Sequence[Event], command: CommandRecord | None = None) -> None:
        """Inserts a new aggregate. Raises pymongo's DuplicateKeyError if its _id or a unique field is taken."""
        rows = [core.to_row(event) for event in events]
        commands = [] if command is None else [_command_row(command, len(events))]
        self._insert(core.new_document({**document, "commands": commands}, rows, now()))
        self._hand_over(document["_id"], rows)

    def save(
        self,
        key: Any,
        version: int,
        changed: Document,
        events: Sequence[Event],
        command: CommandRecord | None = None,
    ) -> None:
        """Sets the changed fields and appends the events. Raises VersionConflict unless the document is at
        `version`."""
        rows = [core.to_row(event) for event in events]
        remembered = None if command is None else _command_row(command, version + len(events))
        update = core.save_update(version, changed, rows, now(), remembered)
        if not self._update((core.at_version(key, version), update)):
            raise VersionConflict
        self._hand_over(key, rows)

    def run(self, stop: Stop) -> None:
        """Relays events that this process saved at once, and sweeps for events that any process left behind."""
        sweep_at = 0.0
        while not stop.is_set():
            self._wake.wait(max(sweep_at - monotonic(), 0))
            self._wake.clear()
            try:
                self._relay_fresh()
                if monotonic() >= sweep_at:
                    sweep_at = monotonic() + self._sweep_and_pause()
            except STORE_DOWN as error:
                # Events that were taken from memory are still pending in their documents, where the sweep finds them.
                log.warning("the store is down; the relay retries in 1 s", error=str(error))
                stop.wait(1)
            stop.wait(GATHER_SECONDS)
        self._relay_fresh()

    def _sweep_and_pause(self) -> float:
        """Returns the seconds until the next sweep. There are none while a full batch was left behind and got on."""
        if self.sweep() >= core.BATCH:
            return 0.0
        return self._settings.sweep_seconds * random.uniform(0.7, 1.3)  # noqa: S311 (jitter)

    def sweep(self) -> int:
        """Relays events that have waited longer than sweep_age_seconds. Returns how many the bus took."""
        stale = self._documents.find(core.overdue(now(), self._settings.sweep_age_seconds), core.PENDING_FIELDS)
        documents = list(stale.sort("pending_at").limit(core.BATCH))
        self._age.set(core.oldest_wait(documents, now()))
        return sum([self.relay(rows) for rows in core.to_batches(documents)])

    def relay(self, rows: Sequence[Row]) -> int:
        """Logs, publishes and clears one batch. If the process stops in between, a step is only repeated later. Returns
        how many events the bus took."""
        events = self._write_log(rows)
        confirmed = self._publish(events)
        if self._clear(rows, confirmed) < len(core.keys(rows)):
            self._delete_orphans(rows)
        return len(confirmed)

    def _relay_fresh(self) -> None:
        while self._fresh:
            self.relay(core.take_batch(self._fresh))

    def _hand_over(self, key: Any, rows: Sequence[Document]) -> None:
        self._fresh.extend((key, row) for row in rows)
        self._wake.set()

    def _write_log(self, rows: Sequence[Row]) -> list[Event]:
        logged = core.to_log_rows(rows, now())
        insert_new(self._log, logged)
        return [core.from_row(row) for row in logged]

    def _publish(self, events: Sequence[Event]) -> list[str]:
        confirmed = core.confirmed_ids(events, self._bus.send([to_exchange(event) for event in events]))
        OUTBOX_RELAYED.labels(self._documents.name, "confirmed").inc(len(confirmed))
        OUTBOX_RELAYED.labels(self._documents.name, "refused").inc(len(events) - len(confirmed))
        return confirmed

    def _clear(self, rows: Sequence[Row], confirmed: Sequence[str]) -> int:
        """Returns how many documents it found."""
        return self._documents.update_many(*core.clear_pending(rows, confirmed)).matched_count if confirmed else 0

    def _delete_orphans(self, rows: Sequence[Row]) -> None:
        """Deletes the rows whose document is gone. A document and its log may be removed while a relay that was stopped
        still holds its rows, and the relay has now written them again."""
        found = self._documents.find(core.by_key(core.keys(rows)), {"_id": 1})
        orphans = core.rows_without_document(rows, (document["_id"] for document in found))
        if orphans:
            self._log.delete_many(core.by_key(orphans))


def _command_row(command: CommandRecord, version: int) -> Document:
    return {"id": Binary.from_uuid(command.id), "hash": command.hash, "version": version}
