"""The records of one kind in the gateway: `sync.py` for asyncio. Results are documents, because the gateway's stores
keep members that no view has."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from trackline_core.outbox import VersionConflict
from trackline_core.records import decide
from trackline_core.records.decide import Document, Origin
from trackline_core.records.store import AsyncRecordStore, Taken
from trackline_schemas.context import CallContext
from trackline_schemas.records import AnyKind
from trackline_schemas.versions import IfMatch

# Takes the stored document and the members to change. Raises ServiceError if a rule about other records forbids it.
Guard = Callable[[Document, Document], Awaitable[None]]


class AsyncRecords:
    def __init__(self, kind: AnyKind, store: AsyncRecordStore, clock: Callable[[], datetime], source: str) -> None:
        self.kind = kind
        self._store = store
        self._clock = clock
        self._source = source

    async def get(self, key: str) -> Document:
        """Raises ServiceError not_found."""
        document = await self._store.find(key)
        if document is None:
            raise decide.not_found_error(self.kind, key)
        return document

    async def create(self, key: str, values: Document, digest: bytes, context: CallContext) -> Document:
        """A repeat with the same key returns the record that the first call created, in its current state."""
        write = decide.create(self.kind, self._origin(context), key, values, digest)
        try:
            return await self._store.save(write)
        except Taken:
            first = await self._store.find(key)
            if first is None:
                raise decide.taken_error(self.kind, write.members) from None
            decide.check_same_body(first, digest)
            return first

    async def update(
        self,
        key: str,
        given: Document,
        digest: bytes,
        if_match: IfMatch,
        context: CallContext,
        guard: Guard | None = None,
    ) -> Document:
        for _ in range(decide.ATTEMPTS):
            document = await self.get(key)
            write = decide.update(self.kind, self._origin(context), document, given, if_match, digest)
            if write is None:
                return document
            if guard is not None:
                await guard(document, write.members)
            try:
                return await self._store.save(write)
            except VersionConflict:
                continue
            except Taken:
                raise decide.taken_error(self.kind, document | given) from None
        raise decide.too_many_changes_error(self.kind)

    def _origin(self, context: CallContext) -> Origin:
        return Origin(context, self._clock(), self._source)
