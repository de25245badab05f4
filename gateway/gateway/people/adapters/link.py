"""Links in MongoDB."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.kit.mongo import Collection, Document


class MongoLinks:
    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def insert(self, row: Document) -> None:
        await self._rows.update_one({"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True)

    async def count(self, user_id: str, purpose: str, at_most: int) -> int:
        return await self._rows.count_documents({"user_id": user_id, "purpose": purpose}, limit=at_most)

    async def find(self, key: str, secret: bytes) -> Document | None:
        return await self._rows.find_one(_valid(key, secret), {"user_id": 1, "account": 1})

    async def take(self, key: str, secret: bytes) -> Document | None:
        return await self._rows.find_one_and_delete(_valid(key, secret))

    async def remove(self, user_id: str, purpose: str | None = None) -> None:
        await self._rows.delete_many({"user_id": user_id, **({"purpose": purpose} if purpose else {})})

    async def without_mail(self, at_most: int) -> list[Document]:
        return await self._rows.find({"mail_pending": True}).sort("created_at").limit(at_most).to_list(at_most)

    async def mark_mail_requested(self, keys: Sequence[str]) -> None:
        await self._rows.update_many({"_id": {"$in": [*keys]}}, {"$unset": {"mail_pending": ""}})


def _valid(key: str, secret: bytes) -> Document:
    return {"_id": key, "secret": secret, "expires_at": {"$gt": datetime.now(UTC)}}
