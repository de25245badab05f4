from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from pymongo.database import Database

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.records import MongoRecords
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_core.records.decide import Write
from trackline_schemas.events import event_id
from trackline_schemas.paging import encode_cursor
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


def test_a_page_of_the_history_examines_few_documents(db: Database[Document], settings: ChassisSettings) -> None:
    store = MongoRecords(KIND, db, cast(Bus, None), settings)
    store.prepare()
    start, many, size = datetime(2026, 1, 1, tzinfo=UTC), 2000, 25
    db[KIND.log].insert_many(
        {
            "_id": event_id(f"c{number:06d}", 1), "subject": f"c{number:06d}", "sequence": 1, "type": KIND.event_type,
            "actor": "rita" if number % 100 == 0 else "anna", "recordedat": start + timedelta(seconds=number),
        }
        for number in range(many)
    )  # fmt: skip
    cursor = encode_cursor(start + timedelta(seconds=many // 2), "c")
    queries = {"everything": {}, "an actor with few changes": {"actor_id": "rita"}, "a late page": {"after": cursor}}
    db.command("profile", 2)
    try:
        found = {name: len(store.history(ChangesQuery(size=size, **given))) for name, given in queries.items()}
        profiled = [*db["system.profile"].find({"op": "query", "ns": f"{db.name}.{KIND.log}"}).sort("ts")]
    finally:
        db.command("profile", 0)
    assert found == {"everything": size + 1, "an actor with few changes": 20, "a late page": size + 1}
    assert [one["docsExamined"] <= 2 * size for one in profiled] == [True] * 3


def test_names_that_an_earlier_release_stored_are_compared_as_new_ones(
    db: Database[Document], settings: ChassisSettings
) -> None:
    old = {"name": "Geba\u0308ude", "name_key": "geba\u0308ude", "version": 1, "active": True}
    same = {"name": "Mün\u200bchen", "name_key": "mün\u200bchen", "version": 1, "active": True}
    db[KIND.collection].insert_many([{"_id": "1", **old}, {"_id": "2", **same}])
    db[KIND.collection].insert_one({"_id": "3", **same, "name": "München", "name_key": "münchen"})
    for _ in range(2):
        OverPymongo(db, settings)
        keys = {one["_id"]: one["name_key"] for one in db[KIND.collection].find()}
        # Two records that look the same were there before: both stay.
        assert keys == {"1": "gebäude", "2": "mün\u200bchen", "3": "münchen"}
