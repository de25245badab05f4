"""The records of the ticket service: its real use cases over the store in memory."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from tickets import metrics
from tickets.usecases import record
from trackline_core.records.sync import Records
from trackline_schemas.base import now
from trackline_schemas.context import CallContext
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery, RecordChange, RecordUse
from trackline_schemas.records.registry import KINDS
from trackline_testing.records import FakeRecords


class Cabinet:
    def __init__(self) -> None:
        super().__init__()
        kept = {name: Records(kind, FakeRecords(kind), now, "/test", metrics.count) for name, kind in KINDS.items()}
        self._ports: Any = SimpleNamespace(records=kept, new_id=lambda: str(uuid4()))

    def _tickets_create_record(self, context: CallContext, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        return record.create_of(self._ports, kind, values, context)

    def _tickets_update_record(
        self, context: CallContext, kind: str, id: str, values: dict[str, Any], if_match: int | None
    ) -> dict[str, Any]:
        return record.update_of(self._ports, kind, id, values, if_match, context)

    def _tickets_record(self, context: CallContext, kind: str, id: str) -> dict[str, Any]:
        return record.get(self._ports, kind, id, context.viewer)

    def _tickets_records(self, context: CallContext, kind: str, query: Any) -> Page[Any]:
        return record.page(self._ports, kind, query, context.viewer)

    def _tickets_record_changes(self, context: CallContext, query: ChangesQuery) -> Page[RecordChange]:
        return record.changes(self._ports, query, context.viewer)

    def _tickets_record_used_by(self, context: CallContext, kind: str, id: str) -> list[RecordUse]:
        return record.used_by(self._ports, kind, id, context.viewer)
