"""API keys in MongoDB."""

from collections.abc import Collection as Many
from datetime import UTC, datetime

from gateway.kit.mongo import Collection, Document

# An earlier release wrote keys without these members, and removed a key that was revoked.
ACTIVE = {"active": {"$ne": False}}
SHOWN = {"secret": 0, "pending": 0}
FIRST_VERSION = [{"$set": {"version": {"$ifNull": ["$version", 1]}, "active": True}}]


class MongoApiKeys:
    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def all(self) -> list[Document]:
        return await self._rows.find(ACTIVE, SHOWN).sort("created_at", -1).to_list(None)

    async def find(self, key: str, secret: bytes) -> Document | None:
        return await self._rows.find_one({"_id": key, "secret": secret})

    async def active(self, keys: Many[str]) -> list[Document]:
        valid = {"$or": [{"expires_at": None}, {"expires_at": {"$gt": datetime.now(UTC)}}]}
        return await self._rows.find({"_id": {"$in": [*keys]}, **ACTIVE, **valid}, SHOWN).to_list(None)

    async def touch(self, key: str, at: datetime) -> None:
        await self._rows.update_one({"_id": key}, {"$set": {"last_used_at": at}})

    async def prepare(self, key: str) -> bool:
        return (await self._rows.update_one({"_id": key, **ACTIVE}, FIRST_VERSION)).matched_count == 1
