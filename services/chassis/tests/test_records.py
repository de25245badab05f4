from collections.abc import Sequence
from typing import cast

import pytest
from pymongo.database import Database

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.records import MongoRecords
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_core.records.decide import Write
from trackline_schemas.records import AnyKind, ChangesQuery
from trackline_schemas.records.kinds.category import KIND
from trackline_testing.records import FakeRecords, RecordsContract, StoreOfRecords


class OverPymongo:
    """The store of the chassis. This class is also its bus."""

    def __init__(self, db: Database[Document], settings: ChassisSettings) -> None:
        settings = settings.model_copy(update={"sweep_age_seconds": -1.0})
        self._store = MongoRecords(KIND, db, cast(Bus, self), settings)
        self._log = db[KIND.log]
        self._store.prepare()

    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        return [True] * len(messages)

    async def find(self, key: str) -> Document | None:
        return self._store.find(key)

    async def save(self, write: Write) -> Document:
        return self._store.save(write)

    async def history(self, query: ChangesQuery) -> Sequence[Document]:
        return self._store.history(query)

    async def rows(self, ids: Sequence[str]) -> list[Document]:
        return self._store.rows(ids)

    async def relay(self) -> None:
        self._store.outbox.sweep()

    async def forget_changes(self) -> None:
        self._log.update_many({}, {"$unset": {"changes": ""}})


class TestRecordsOverPymongo(RecordsContract):
    @pytest.fixture
    def kind(self) -> AnyKind:
        return KIND

    @pytest.fixture
    def store(self, db: Database[Document], settings: ChassisSettings) -> StoreOfRecords:
        return OverPymongo(db, settings)


class InMemory:
    """The fake. It always knows what changed."""

    def __init__(self) -> None:
        self._store = FakeRecords(KIND)

    async def find(self, key: str) -> Document | None:
        return self._store.find(key)

    async def save(self, write: Write) -> Document:
        return self._store.save(write)

    async def history(self, query: ChangesQuery) -> Sequence[Document]:
        return self._store.history(query)

    async def rows(self, ids: Sequence[str]) -> list[Document]:
        return self._store.rows(ids)

    async def relay(self) -> None:
        return

    async def forget_changes(self) -> None:
        return


class TestRecordsInMemory(RecordsContract):
    @pytest.fixture
    def kind(self) -> AnyKind:
        return KIND

    @pytest.fixture
    def store(self) -> StoreOfRecords:
        return InMemory()
