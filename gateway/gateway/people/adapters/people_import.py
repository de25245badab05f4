"""Imports of people in MongoDB."""

from datetime import datetime

from pymongo import ReturnDocument

from gateway.kit.mongo import Collection, Document


class MongoImports:
    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def insert(self, key: str, document: Document) -> Document:
        return await self._rows.find_one_and_update(
            {"_id": key}, {"$setOnInsert": document}, upsert=True, return_document=ReturnDocument.AFTER
        )

    async def find(self, key: str) -> Document | None:
        return await self._rows.find_one({"_id": key})

    async def change_draft(self, draft: Document, fields: Document) -> bool:
        # A draft of an earlier release has no version.
        read = {"_id": draft["_id"], "state": "draft", "version": draft.get("version")}
        changed = await self._rows.update_one(read, {"$set": fields, "$inc": {"version": 1}})
        return changed.matched_count == 1

    async def claim(self, holder: str, now: datetime, until: datetime) -> Document | None:
        return await self._rows.find_one_and_update(
            {"state": "running", "until": {"$lte": now}},
            {"$set": {"holder": holder, "until": until}},
            return_document=ReturnDocument.AFTER,
        )

    async def save_progress(self, key: str, holder: str, fields: Document) -> bool:
        changed = await self._rows.update_one({"_id": key, "holder": holder}, {"$set": fields})
        return changed.matched_count == 1
