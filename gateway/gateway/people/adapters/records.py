"""Records in MongoDB over Motor: the store of trackline_core.records. All kinds of the gateway share one log."""

from collections.abc import Sequence

from pymongo.errors import DuplicateKeyError

from gateway.kit.mongo import Document
from gateway.people.adapters.outbox import Outbox
from trackline_core.records import history
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.decide import Write
from trackline_core.records.store import Taken
from trackline_schemas.base import now
from trackline_schemas.filters import matches, to_mongo
from trackline_schemas.records import AnyKind, ChangesQuery

PENDING = {"pending_at": {"$exists": True}}
SOURCE = "/trackline/gateway"


class MotorRecords:
    def __init__(self, kind: AnyKind, outbox: Outbox) -> None:
        self._types = [kind.event_type]
        self._outbox = outbox

    async def find(self, key: str) -> Document | None:
        return await self._outbox.documents.find_one({"_id": key})

    async def save(self, write: Write) -> Document:
        try:
            if write.version is None:
                return await self._outbox.insert({"_id": write.key, **write.members}, write.event)
            return await self._outbox.save(write.key, write.version, write.members, write.event, write.command)
        except DuplicateKeyError:
            raise Taken from None

    async def history(self, query: ChangesQuery) -> Sequence[Document]:
        wanted = history.to_filter(query, self._types)
        # The documents are read before the log. So an event that moves in between is seen twice, but never missed.
        pending = [row async for document in self._outbox.documents.find(PENDING) for row in document["pending"]]
        found = self._outbox.log.find(to_mongo(wanted)).sort(history.NEWEST_FIRST)
        rows = await found.limit(query.size + 1).to_list(None)
        return history.merge_rows(query, [*rows, *(row for row in pending if matches(wanted, row))])

    async def rows(self, ids: Sequence[str]) -> list[Document]:
        return await self._outbox.log.find({"_id": {"$in": [*ids]}}).to_list(None) if ids else []


def records_of(kind: AnyKind, outbox: Outbox) -> AsyncRecords:
    return AsyncRecords(kind, MotorRecords(kind, outbox), now, SOURCE)
