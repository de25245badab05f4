"""The records of one kind in a service. `aio.py` is the same for asyncio."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from trackline_core.outbox import VersionConflict
from trackline_core.records import decide, history
from trackline_core.records.decide import Document, Origin
from trackline_core.records.store import RecordStore, Taken
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import And, Condition, Filter, check_filter, matches
from trackline_schemas.records import AnyKind, ChangesQuery, RecordChange, RecordUse
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer

Outcome = Literal["created", "repeated", "updated", "unchanged", "conflict", "refused"]
Count = Callable[[str, Outcome], None]


class Records:
    """Results are the kind's views. `count` is called once for each command, as in ("create_category", "created")."""

    def __init__(
        self, kind: AnyKind, store: RecordStore, clock: Callable[[], datetime], source: str, count: Count
    ) -> None:
        self.kind = kind
        self._store = store
        self._clock = clock
        self._source = source
        self._count = count

    def find(self, key: str) -> Any | None:
        """Returns the record without checking any rights."""
        document = self._store.find(key)
        return None if document is None else decide.to_view(self.kind, document)

    def get(self, key: str, viewer: Viewer) -> Any:
        """Raises ServiceError not_found, also if the viewer may not read the record."""
        return decide.to_view(self.kind, self._get_readable(key, viewer))

    def select(self, filter: Filter | None, viewer: Viewer) -> list[Any]:
        """Returns the matching records that the viewer may read, ordered by name."""
        wanted = And(all=[self.kind.readable(viewer), check_filter(filter, self.kind.filters)])
        return [decide.to_view(self.kind, document) for document in self._store.select(wanted)]

    def uses(self, field: str, key: str) -> list[RecordUse]:
        """Returns the active records whose field holds the key, without checking any rights."""
        found = (
            decide.to_view(self.kind, one) for one in self._store.select(Condition(field=field, op="eq", value=key))
        )
        return [RecordUse(kind=self.kind.name, id=one.id, name=one.name, field=field) for one in found if one.active]

    def create(self, key: str, values: Document, digest: bytes, context: CallContext) -> Any:
        """A repeat with the same key returns the record that the first call created, in its current state."""
        with self._count_failures("create"):
            write = decide.create(self.kind, self._origin(context), key, values, digest)
            try:
                return self._count_and_view("create", "created", self._store.save(write))
            except Taken:
                first = self._store.find(key)
                if first is None:
                    raise decide.taken_error(self.kind, write.members) from None
                decide.check_same_body(first, digest)
                self._check_readable(first, key, context.viewer)
                return self._count_and_view("create", "repeated", first)

    def update(self, key: str, given: Document, digest: bytes, if_match: IfMatch, context: CallContext) -> Any:
        with self._count_failures("update"):
            for _ in range(decide.ATTEMPTS):
                document = self._get_readable(key, context.viewer)
                write = decide.update(self.kind, self._origin(context), document, given, if_match, digest)
                if write is None:
                    return self._count_and_view("update", "unchanged", document)
                try:
                    return self._count_and_view("update", "updated", self._store.save(write))
                except VersionConflict:
                    continue
                except Taken:
                    raise decide.taken_error(self.kind, document | given) from None
            raise decide.too_many_changes_error(self.kind)

    def history(self, query: ChangesQuery, viewer: Viewer) -> list[RecordChange]:
        """Returns the newest changes first, at most one more than the page holds. A change of a record that the viewer
        may not read is hidden."""
        rows = self._store.history(query)
        earlier = {row["_id"]: row for row in self._store.rows(history.predecessor_ids(rows))}
        named = Condition(field="_id", op="in", value=sorted({row["subject"] for row in rows}))
        documents = {document["_id"]: document for document in self._store.select(named)}
        readable = self.kind.readable(viewer)
        changes = [history.to_change(self.kind, row, earlier) for row in rows]
        return [
            history.hide_unreadable(readable, change, row, documents.get(change.record_id, {}))
            for change, row in zip(changes, rows, strict=True)
        ]

    @contextmanager
    def _count_failures(self, command: str) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            stale = error.code in ("conflict", "version_conflict")
            self._count(f"{command}_{self.kind.name}", "conflict" if stale else "refused")
            raise

    def _count_and_view(self, command: str, outcome: Outcome, document: Document) -> Any:
        self._count(f"{command}_{self.kind.name}", outcome)
        return decide.to_view(self.kind, document)

    def _get_readable(self, key: str, viewer: Viewer) -> Document:
        return self._check_readable(self._store.find(key), key, viewer)

    def _check_readable(self, document: Document | None, key: str, viewer: Viewer) -> Document:
        if document is None or not matches(self.kind.readable(viewer), document):
            raise decide.not_found_error(self.kind, key)
        return document

    def _origin(self, context: CallContext) -> Origin:
        return Origin(context, self._clock(), self._source)
