from collections.abc import Sequence

import pytest

from gateway.kit.mongo import Document
from gateway.kit.settings import Settings
from gateway.people.adapters.history import MotorHistory
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.records import MotorRecords
from gateway.people.adapters.store import Store
from gateway.people.usecases.team import KIND
from trackline_schemas.records import AnyKind, ChangesQuery
from trackline_testing.records import RecordsContract, StoreOfRecords

from .fakes import Bus


class OverMotor(MotorRecords):
    """The store of one kind, with the history that all kinds share."""

    def __init__(self, store: Store, settings: Settings) -> None:
        settings = settings.model_copy(update={"sweep_age_seconds": -1.0})
        super().__init__(Outbox(store.teams, store.log, Bus(), settings))
        self._history = MotorHistory(store.log, {KIND.name: store.teams})

    async def history(self, query: ChangesQuery) -> Sequence[Document]:
        return await self._history.find(query, [KIND])

    async def rows(self, ids: Sequence[str]) -> list[Document]:
        return await self._history.rows(ids)

    async def relay(self) -> None:
        await self._outbox.sweep()

    async def forget_changes(self) -> None:
        await self._outbox.log.update_many({}, {"$unset": {"changes": ""}})


class TestRecordsOverMotor(RecordsContract):
    @pytest.fixture
    def kind(self) -> AnyKind:
        return KIND

    @pytest.fixture
    def store(self, store: Store, settings: Settings) -> StoreOfRecords:
        return OverMotor(store, settings)
