from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from gateway.kit.mongo import Document
from gateway.kit.settings import Settings
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.store import Store
from trackline_core.messages import Outgoing
from trackline_schemas.events import Event
from trackline_testing.outbox_contract import Driver, OutboxContract


class Tasks:
    """Drives the gateway's outbox and is its sender, too."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.published: list[Event] = []
        self.refused: set[str] = set()
        self.late: tuple[str, int, Document, Event] | None = None
        self._store = store
        self._settings = settings.model_copy(update={"sweep_age_seconds": -1.0})
        self._outbox = self._another()

    async def ready(self) -> None:
        return

    async def publish(self, messages: Sequence[Outgoing]) -> list[bool]:
        events = [Event.model_validate(orjson.loads(message.body)) for message in messages]
        self.published += events
        if self.late:
            late, self.late = self.late, None
            await self._outbox.save(*late)
        return [event.id not in self.refused for event in events]

    async def insert(self, document: Document, event: Event) -> None:
        await self._outbox.insert(document, event)

    async def save(self, key: str, version: int, changed: Document, event: Event) -> None:
        await self._outbox.save(key, version, changed, event)

    async def sweep(self) -> None:
        await self._another().sweep()

    async def document(self, key: str) -> Document:
        return await self._store.teams.find_one({"_id": key}) or {}

    async def log(self) -> list[dict[str, Any]]:
        return await self._store.log.find().sort("sequence").to_list(None)

    def _another(self) -> Outbox:
        return Outbox(self._store.teams, self._store.log, self, self._settings)


class TestOutboxOverMotor(OutboxContract):
    @pytest.fixture
    def driver(self, store: Store, settings: Settings) -> Driver:
        return Tasks(store, settings)
