from collections.abc import Sequence
from typing import Any, cast

import orjson
import pytest
from pymongo.database import Database

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_schemas.events import Event
from trackline_testing.outbox_contract import Driver, OutboxContract


class Threads:
    """The outbox of the chassis. This class is also its bus."""

    def __init__(self, db: Database[Document], settings: ChassisSettings) -> None:
        self.published: list[Event] = []
        self.refused: set[str] = set()
        self.late: tuple[str, int, Document, Event] | None = None
        self._db = db
        self._settings = settings.model_copy(update={"sweep_age_seconds": -1.0})
        self._outbox = self._another()
        self._outbox.create_indexes()

    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        events = [Event.model_validate(orjson.loads(message.body)) for message in messages]
        self.published += events
        if self.late:
            key, version, changed, event = self.late
            self.late = None
            self._outbox.save(key, version, changed, [event])
        return [event.id not in self.refused for event in events]

    async def insert(self, document: Document, event: Event) -> None:
        self._outbox.insert(document, [event])

    async def save(self, key: str, version: int, changed: Document, event: Event) -> None:
        self._outbox.save(key, version, changed, [event])

    async def sweep(self) -> None:
        self._another().sweep()

    async def document(self, key: str) -> Document:
        return self._db.things.find_one({"_id": key}) or {}

    async def log(self) -> list[dict[str, Any]]:
        return list(self._db.thing_events.find().sort("sequence"))

    def _another(self) -> Outbox:
        return Outbox(self._db.things, self._db.thing_events, cast(Bus, self), self._settings)


class TestOutboxOverPymongo(OutboxContract):
    @pytest.fixture
    def driver(self, db: Database[Document], settings: ChassisSettings) -> Driver:
        return Threads(db, settings)
