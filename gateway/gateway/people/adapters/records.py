"""Records in MongoDB over Motor: the store of trackline_core.records. history.py reads what changed in them."""

from pymongo.errors import DuplicateKeyError

from gateway.kit.mongo import Document
from gateway.people.adapters.outbox import Outbox
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.decide import Write
from trackline_core.records.store import Taken
from trackline_schemas.base import now
from trackline_schemas.records import AnyKind

SOURCE = "/trackline/gateway"


class MotorRecords:
    def __init__(self, outbox: Outbox) -> None:
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


def records_of(kind: AnyKind, outbox: Outbox) -> AsyncRecords:
    return AsyncRecords(kind, MotorRecords(outbox), now, SOURCE)
