"""The RPC methods of a service that keeps records (docs/adding-a-record.md)."""

from typing import Any, Protocol

from trackline_chassis.rpc import rpc
from trackline_core.records import service
from trackline_core.records.service import Kept
from trackline_schemas.context import CallContext
from trackline_schemas.paging import Page, PageQuery
from trackline_schemas.records import ChangesQuery, RecordChange, RecordUse
from trackline_schemas.versions import IfMatch


class KeepsRecords(Protocol):
    @property
    def records(self) -> Kept: ...


class RecordMethods:
    """A base of the service's class, whose `app` keeps records."""

    app: KeepsRecords
    call: CallContext

    @rpc
    def create_record(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        return service.create(self.app.records, kind, values, self.call)

    @rpc
    def update_record(self, kind: str, id: str, values: dict[str, Any], if_match: IfMatch = None) -> dict[str, Any]:
        return service.update(self.app.records, kind, id, values, if_match, self.call)

    @rpc
    def record(self, kind: str, id: str) -> dict[str, Any]:
        return service.get(self.app.records, kind, id, self.call.viewer)

    @rpc
    def records(self, kind: str, query: PageQuery) -> Page[dict[str, Any]]:
        return service.page(self.app.records, kind, query, self.call.viewer)

    @rpc
    def record_changes(self, query: ChangesQuery) -> Page[RecordChange]:
        return service.changes(self.app.records, query, self.call.viewer)

    @rpc
    def record_used_by(self, kind: str, id: str) -> list[RecordUse]:
        return service.used_by(self.app.records, kind, id, self.call.viewer)
