"""Markers in MongoDB."""

from datetime import datetime

from gateway.kit.mongo import Collection


class MongoMarkers:
    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def is_set(self, name: str) -> bool:
        return await self._rows.find_one({"_id": name}) is not None

    async def set(self, name: str, at: datetime) -> None:
        await self._rows.update_one({"_id": name}, {"$set": {"done_at": at}}, upsert=True)
