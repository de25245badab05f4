"""Uploaded files: the collection `uploads` knows them, GridFS has their bytes.

{_id, owner_id, name, grid, created_at, complete, type, size, sha256, used}. A row is there before its first byte, so
that no byte is ever without one. `used` is a hint that saves asking: whose a file is, the tickets' events tell.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bson import ObjectId
from gridfs.errors import NoFile
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.files.kinds import HEAD, kind_of
from gateway.kit.mongo import Database, Document, bucket, disconnect
from trackline_schemas.errors import entry, reasons, refuse, refuse_entries
from trackline_schemas.ticket.views import Attachment

# Named in a message later than that, an upload is no longer taken. What is removed is older still: see SAFE.
FRESH = timedelta(hours=24)
# A message that names an upload at the last moment is in the log long before.
SAFE = FRESH + timedelta(hours=1)
WAITING = 50
Chunks = AsyncIterator[bytes]


class Uploads:
    def __init__(self, database: Database, max_bytes: int, blocked: Collection[str]) -> None:
        self._database = database
        self._rows = database["uploads"]
        self._bucket = bucket(database, "uploaded")
        self._max_bytes = max_bytes
        self._blocked = blocked

    def close(self) -> None:
        disconnect(self._database)

    async def create_indexes(self) -> None:
        await self._rows.create_index([("owner_id", 1), ("used", 1)])
        await self._rows.create_index([("used", 1), ("created_at", 1)])

    async def keep(self, file_id: str, owner_id: str, name: str, chunks: Chunks) -> Attachment:
        """A repeat under the same id answers with the first, if its bytes are the same."""
        grid = ObjectId()
        first = await self._begin(file_id, owner_id, name, grid)
        if first is not None:
            return await self._repeated(first, chunks)
        try:
            told = await self._write(grid, name, chunks)
            return await self._finish(file_id, grid, told)
        except BaseException:
            # Also when the sender has gone. Whoever is killed before this leaves a row that is swept later.
            await asyncio.shield(self._remove(file_id, grid))
            raise

    async def _begin(self, file_id: str, owner_id: str, name: str, grid: ObjectId) -> Document | None:
        """The upload that is complete under this id, if there is one."""
        waiting = {"owner_id": owner_id, "used": {"$ne": True}}
        if await self._rows.count_documents(waiting, limit=WAITING) >= WAITING:
            raise refuse(reasons.files.UPLOADS_WAITING, detail={"retry_after": 3600}, most=WAITING)
        row = {"owner_id": owner_id, "name": name, "grid": grid, "created_at": datetime.now(UTC)}
        try:
            await self._rows.insert_one({"_id": file_id, **row})
            return None
        except DuplicateKeyError:
            return await self._take_over(file_id, row)

    async def _take_over(self, file_id: str, row: Document) -> Document | None:
        """An attempt before this one died or still runs: its bytes are thrown away, and it cannot finish any more."""
        before = await self._rows.find_one_and_update(
            {"_id": file_id, "complete": {"$ne": True}}, {"$set": row}, return_document=ReturnDocument.BEFORE
        )
        if before is None:
            return await self._rows.find_one({"_id": file_id})
        await self._throw_away(before["grid"])
        return None

    async def _repeated(self, first: Document, chunks: Chunks) -> Attachment:
        told = hashlib.sha256()
        async for chunk in chunks:
            told.update(chunk)
        if told.hexdigest() != first["sha256"]:
            raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)
        return _view(first)

    async def _write(self, grid: ObjectId, name: str, chunks: Chunks) -> Document:
        stream = self._bucket.open_upload_stream_with_id(grid, name)
        head, size, told, kind = b"", 0, hashlib.sha256(), None
        async for chunk in chunks:
            size += len(chunk)
            if size > self._max_bytes:
                raise refuse(reasons.files.FILE_TOO_LARGE, megabytes=self._max_bytes / 1_000_000)
            head += chunk[: HEAD - len(head)]
            if kind is None and len(head) == HEAD:
                kind = kind_of(head, name, self._blocked)
            told.update(chunk)
            await stream.write(chunk)
        if not size:
            raise refuse(reasons.files.FILE_EMPTY, pointer="")
        kind = kind or kind_of(head, name, self._blocked)
        await stream.close()
        return {"size": size, "type": kind, "sha256": told.hexdigest()}

    async def _finish(self, file_id: str, grid: ObjectId, told: Document) -> Attachment:
        row = await self._rows.find_one_and_update(
            {"_id": file_id, "grid": grid},
            {"$set": {**told, "complete": True}},
            return_document=ReturnDocument.AFTER,
        )
        if row is None:
            raise refuse(reasons.files.UPLOAD_CAME_TWICE)
        return _view(row)

    async def named(self, owner_id: str, ids: Sequence[str], pointer: str) -> list[Attachment]:
        """The caller's own uploads. Raises ServiceError invalid with the pointers of others and of those too old."""
        rows = self._rows.find({"_id": {"$in": list(ids)}, "owner_id": owner_id, "complete": True})
        oldest = datetime.now(UTC) - FRESH
        known = {row["_id"]: _view(row) async for row in rows if row.get("used") or row["created_at"] > oldest}
        errors = [
            entry(reasons.files.UPLOAD_UNKNOWN, pointer=f"{pointer}/{place}")
            for place, file_id in enumerate(ids)
            if file_id not in known
        ]
        if errors:
            raise refuse_entries(errors)
        return [known[file_id] for file_id in dict.fromkeys(ids)]

    async def use(self, ids: Collection[str]) -> None:
        await self._rows.update_many({"_id": {"$in": list(ids)}}, {"$set": {"used": True}})

    async def own(self, file_id: str, owner_id: str) -> Attachment | None:
        row = await self._rows.find_one({"_id": file_id, "owner_id": owner_id, "complete": True})
        return _view(row) if row else None

    async def read(self, file_id: str) -> Chunks | None:
        """None where the bytes are not there. Opened before the first chunk is asked for."""
        row = await self._rows.find_one({"_id": file_id, "complete": True})
        if row is None:
            return None
        stream = await self._bucket.open_download_stream(row["grid"])

        async def chunks() -> Chunks:
            while chunk := await stream.readchunk():
                yield chunk

        return chunks()

    async def forgotten(self, limit: int) -> list[str]:
        """Uploads that no message is known to name and that none can name any more, half ones among them."""
        old = {"used": {"$ne": True}, "created_at": {"$lt": datetime.now(UTC) - SAFE}}
        return [row["_id"] async for row in self._rows.find(old, {"_id": 1}).limit(limit)]

    async def remove(self, file_id: str) -> None:
        row = await self._rows.find_one({"_id": file_id})
        if row is not None:
            await self._remove(file_id, row["grid"])

    async def _remove(self, file_id: str, grid: ObjectId) -> None:
        # The bytes first: a row without bytes is found again, bytes without a row never.
        await self._throw_away(grid)
        await self._rows.delete_one({"_id": file_id, "grid": grid})

    async def _throw_away(self, grid: ObjectId) -> None:
        # Of a half upload GridFS has chunks and no file; it deletes them, and then complains.
        with suppress(NoFile):
            await self._bucket.delete(grid)


def _view(row: Document) -> Attachment:
    return Attachment(id=row["_id"], name=row["name"], type=row["type"], size=row["size"])
