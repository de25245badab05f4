"""API keys in MongoDB."""

from collections.abc import Collection as Many
from datetime import UTC, datetime

from gateway.kit.mongo import Collection, Document

# An earlier release wrote keys without these members, and removed a key that was revoked.
ACTIVE = {"active": {"$ne": False}}
FIRST_VERSION = [{"$set": {"version": {"$ifNull": ["$version", 1]}, "active": True}}]


class MongoApiKeys:
    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def all(self) -> list[Document]:
        return await self._rows.find(ACTIVE, {"secret": 0, "pending": 0}).sort("created_at", -1).to_list(None)

    async def find(self, key: str, secret: bytes) -> Document | None:
        return await self._rows.find_one({"_id": key, "secret": secret})

    async def existing(self, keys: Many[str]) -> set[str]:
        valid = {"$or": [{"expires_at": None}, {"expires_at": {"$gt": datetime.now(UTC)}}]}
        found = self._rows.find({"_id": {"$in": [*keys]}, **ACTIVE, **valid}, {"_id": 1})
        return {row["_id"] async for row in found}

    async def touch(self, key: str, at: datetime) -> None:
        await self._rows.update_one({"_id": key}, {"$set": {"last_used_at": at}})

    async def prepare(self, key: str) -> bool:
        return (await self._rows.update_one({"_id": key, **ACTIVE}, FIRST_VERSION)).matched_count == 1
