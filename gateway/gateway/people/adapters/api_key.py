"""API keys in MongoDB."""

from datetime import datetime

from gateway.kit.mongo import Collection, Document


class MongoApiKeys:
    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def insert(self, row: Document) -> None:
        await self._rows.insert_one(row)

    async def all(self) -> list[Document]:
        return await self._rows.find({}, {"secret": 0}).sort("created_at", -1).to_list(None)

    async def find(self, key: str, secret: bytes) -> Document | None:
        return await self._rows.find_one({"_id": key, "secret": secret})

    async def touch(self, key: str, at: datetime) -> None:
        await self._rows.update_one({"_id": key}, {"$set": {"last_used_at": at}})

    async def remove(self, key: str) -> bool:
        return (await self._rows.delete_one({"_id": key})).deleted_count == 1
