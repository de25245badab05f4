"""Records: configuration objects with versions and a history. docs/adding-a-record.md says how to add a kind."""

from trackline_schemas.records.changes import ChangesQuery, RecordChange, RecordUse
from trackline_schemas.records.kind import AnyKind, RecordKind

__all__ = ["AnyKind", "ChangesQuery", "RecordChange", "RecordKind", "RecordUse"]
