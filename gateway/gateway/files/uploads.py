"""Stores uploaded files: one row each in the collection `uploads`, and the bytes in GridFS.

A row is {_id, owner_id, name, grid, created_at, slot, complete, type, size, sha256, used, asked_at, released_at}. It is
written before the first byte, so that bytes without a row never exist. Each unused upload of a person has another
`slot`, so that many uploads at once cannot pass the limit together. `used` only saves a call: the tickets service knows
which files belong to comments, and is asked again about each file from time to time (`asked_at`). A file that no
comment has any more is released first (`released_at`) and removed later.
"""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bson import ObjectId
from gridfs.errors import NoFile
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.files.allowance import HOUR, UNLIMITED, Allowance, Usage
from gateway.files.inspection import Inspection, Measure
from gateway.judge.process import Judges
from gateway.kit.mongo import Database, Document, bucket, disconnect
from gateway.kit.room import Room
from trackline_schemas.errors import entry, reasons, refuse, refuse_entries
from trackline_schemas.ticket.views import Attachment

# A message may name an upload only for this long.
FRESH = timedelta(hours=24)
# Unused uploads are removed after this time. The hour on top lets a message that named the file at the last moment
# reach the log of the tickets service first.
SAFE = FRESH + timedelta(hours=1)
# how often the tickets service is asked whether a comment still has a file
ASK_AGAIN = timedelta(days=1)
# A message may have named a file just before it was released. This is the time for it to reach the log.
RELEASED = timedelta(hours=1)
# the number of unused uploads that one person may have
MAX_WAITING = 50
Chunks = AsyncIterator[bytes]
# Raises ServiceError unless the file with this name and these bytes may be stored.
Check = Callable[[str, Chunks], Awaitable[None]]


class Uploads:
    def __init__(
        self,
        database: Database,
        max_bytes: int,
        blocked: Collection[str],
        check: Check | None = None,
        room: Room | None = None,
    ) -> None:
        """`check` sees each file before anybody can name it."""
        self._database = database
        self._check = check
        self._rows = database["uploads"]
        self._bucket = bucket(database, "uploaded")
        self._max_bytes = max_bytes
        self._blocked = blocked
        self.room = room or Room()
        self._judges = Judges(self.room)

    def close(self) -> None:
        disconnect(self._database)

    async def create_indexes(self) -> None:
        await self._rows.create_index([("owner_id", 1), ("used", 1)])
        await self._rows.create_index([("used", 1), ("created_at", 1)])
        await self._rows.create_index([("used", 1), ("asked_at", 1)])
        await self._rows.create_index(
            [("owner_id", 1), ("slot", 1)], unique=True, partialFilterExpression={"slot": {"$exists": True}}
        )
        await self._rows.create_index([("owner_id", 1), ("created_at", 1), ("size", 1)])

    async def store(
        self,
        file_id: str,
        owner_id: str,
        name: str,
        chunks: Chunks,
        allowance: Allowance = UNLIMITED,
        is_own_text: bool = False,
    ) -> Attachment:
        """Stores a file, which is judged unless it is the gateway's own. A repeat under the same id returns the first
        upload if the bytes are the same, and raises ServiceError key_reused if they differ. Raises ServiceError
        throttled or too_large beyond the allowance."""
        grid = ObjectId()
        first = await self._begin(file_id, owner_id, name, grid)
        if first is not None:
            return await self._answer_repeat(first, chunks)
        try:
            await self._check_allowance(owner_id, allowance)
            properties = await self._write(grid, name, owner_id, chunks, is_own_text)
            if self._check:
                # It gets the stored bytes, so that a sender who is slow does not occupy the scanner.
                await self._check(name, await self._bytes(grid))
            # From now on its size counts. Others of this person's uploads may have ended since the first look. Then
            # both are refused, and not both accepted.
            await self._set(file_id, grid, properties)
            await self._check_allowance(owner_id, allowance)
        except BaseException:
            # This also runs when the sender disconnects. A process that is killed before this leaves a row, which the
            # sweep removes later.
            await asyncio.shield(self._remove(file_id, grid))
            raise
        # Nothing removes it any more: a repeat may have been answered, even if the sender of this one has gone.
        return _view(await self._set(file_id, grid, {"complete": True}))

    async def _begin(self, file_id: str, owner_id: str, name: str, grid: ObjectId) -> Document | None:
        """Inserts the row. Returns the row of the complete upload that already has this id, if there is one."""
        row = {"owner_id": owner_id, "name": name, "grid": grid, "created_at": datetime.now(UTC)}
        while True:
            slot = await self._find_slot(owner_id)
            try:
                await self._rows.insert_one({"_id": file_id, **row, "slot": slot})
                return None
            except DuplicateKeyError as error:
                if "_id" in (error.details or {}).get("keyPattern", {}):
                    return await self._take_over(file_id, row)
            await self._free_slots(owner_id)

    async def _find_slot(self, owner_id: str) -> int:
        """Returns a number that none of the person's unused uploads has. Another upload may take it before the row is
        inserted. Raises ServiceError throttled if there is none left."""
        unused = {"owner_id": owner_id, "used": {"$ne": True}, "released_at": {"$exists": False}}
        waiting = self._rows.find(unused, {"slot": 1}).limit(MAX_WAITING)
        taken = [row.get("slot") async for row in waiting]
        if len(taken) >= MAX_WAITING:
            raise refuse(reasons.files.UPLOADS_WAITING, detail={"retry_after": 3600}, most=MAX_WAITING)
        # Rows of an earlier release have no slot, and count as well.
        return random.choice([slot for slot in range(MAX_WAITING - taken.count(None)) if slot not in taken])  # noqa: S311

    async def _free_slots(self, owner_id: str) -> None:
        """A gateway of an earlier release, beside this one, marks uploads as used and leaves them their slots."""
        await self._rows.update_many(
            {"owner_id": owner_id, "used": True, "slot": {"$exists": True}}, {"$unset": {"slot": ""}}
        )

    async def _take_over(self, file_id: str, row: Document) -> Document | None:
        """Replaces the row of an earlier attempt that failed or is still running. The bytes of that attempt are
        deleted, and it can no longer finish. Returns the row instead if that attempt has completed."""
        before = await self._rows.find_one_and_update(
            {"_id": file_id, "complete": {"$ne": True}}, {"$set": row}, return_document=ReturnDocument.BEFORE
        )
        if before is None:
            return await self._rows.find_one({"_id": file_id})
        await self._delete_bytes(before["grid"])
        return None

    async def _check_allowance(self, owner_id: str, allowance: Allowance) -> None:
        """The row of the upload itself counts."""
        now = datetime.now(UTC)
        recent = {"$gt": ["$created_at", now - HOUR]}
        usage = {
            "bytes": {"$sum": "$size"},
            "recent": {"$sum": {"$cond": [recent, 1, 0]}},
            "oldest": {"$min": {"$cond": [recent, "$created_at", None]}},
        }
        stages: list[Document] = [{"$match": {"owner_id": owner_id}}, {"$group": {"_id": None, **usage}}]
        async for used in self._rows.aggregate(stages):
            Usage(used["bytes"], used["recent"], used["oldest"]).check(allowance, now)

    async def _answer_repeat(self, first: Document, chunks: Chunks) -> Attachment:
        digest = hashlib.sha256()
        async for chunk in chunks:
            digest.update(chunk)
        if digest.hexdigest() != first["sha256"]:
            raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)
        return _view(first)

    async def _write(self, grid: ObjectId, name: str, owner_id: str, chunks: Chunks, is_own_text: bool) -> Document:
        """Writes the bytes to GridFS. Returns the name, type, size and sha256 of the file."""
        stream = self._bucket.open_upload_stream_with_id(grid, name)
        with self._inspect(name, owner_id, is_own_text) as inspection:
            async for chunk in chunks:
                inspection.feed(chunk)
                await stream.write(chunk)
            properties = await inspection.finish()
        await stream.close()
        return properties

    def _inspect(self, name: str, owner_id: str, is_own_text: bool) -> Measure:
        if is_own_text:
            return Measure(name, self._max_bytes)
        return Inspection(name, self._max_bytes, self._blocked, self._judges, owner_id)

    async def _set(self, file_id: str, grid: ObjectId, properties: Document) -> Document:
        """Returns the row. Raises ServiceError conflict if a repeat has taken the place of this upload."""
        row = await self._rows.find_one_and_update(
            {"_id": file_id, "grid": grid}, {"$set": properties}, return_document=ReturnDocument.AFTER
        )
        if row is None:
            raise refuse(reasons.files.UPLOAD_CAME_TWICE)
        return row

    async def resolve(self, owner_id: str, ids: Sequence[str], pointer: str) -> list[Attachment]:
        """Returns the owner's uploads with these ids. Raises ServiceError invalid, with pointers below `pointer`, for
        ids of other owners, unknown ids, and unused uploads that are too old."""
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

    async def mark_used(self, ids: Collection[str]) -> None:
        change = {"$set": {"used": True}, "$unset": {"slot": "", "released_at": ""}}
        await self._rows.update_many({"_id": {"$in": list(ids)}}, change)

    async def find(self, file_id: str, owner_id: str) -> Attachment | None:
        """Returns the owner's complete upload with this id, or None."""
        row = await self._rows.find_one({"_id": file_id, "owner_id": owner_id, "complete": True})
        return _view(row) if row else None

    async def read(self, file_id: str) -> Chunks | None:
        """Returns the bytes, or None if the upload does not exist. GridFS opens the file before this returns, so that
        an outage is an error here and not in the middle of an answer."""
        row = await self._rows.find_one({"_id": file_id, "complete": True})
        if row is None:
            return None
        return await self._bytes(row["grid"])

    async def _bytes(self, grid: ObjectId) -> Chunks:
        stream = await self._bucket.open_download_stream(grid)

        async def chunks() -> Chunks:
            while chunk := await stream.readchunk():
                yield chunk

        return chunks()

    async def list_abandoned(self, limit: int) -> list[str]:
        """Returns the ids of uploads that are not marked as used and are too old for a message to name them. Incomplete
        uploads are among them."""
        now = datetime.now(UTC)
        old = {
            "used": {"$ne": True},
            "created_at": {"$lt": now - SAFE},
            "released_at": {"$not": {"$gt": now - RELEASED}},
        }
        return [row["_id"] async for row in self._rows.find(old, {"_id": 1}).limit(limit)]

    async def list_used(self, limit: int) -> list[str]:
        """Returns the ids of files marked as used about which the tickets service was not asked for a day, those of the
        longest time first."""
        now = datetime.now(UTC)
        due = {"used": True, "created_at": {"$lt": now - SAFE}, "asked_at": {"$not": {"$gt": now - ASK_AGAIN}}}
        return [row["_id"] async for row in self._rows.find(due, {"_id": 1}).sort("asked_at", 1).limit(limit)]

    async def note_asked(self, ids: Collection[str]) -> None:
        await self._rows.update_many({"_id": {"$in": list(ids)}}, {"$set": {"asked_at": datetime.now(UTC)}})

    async def release(self, ids: Collection[str]) -> None:
        """No message can name these files any more. They are abandoned after a while, unless they are marked again."""
        change = {"$set": {"used": False, "released_at": datetime.now(UTC)}}
        await self._rows.update_many({"_id": {"$in": list(ids)}, "used": True}, change)

    async def remove(self, file_id: str) -> None:
        row = await self._rows.find_one({"_id": file_id})
        if row is not None:
            await self._remove(file_id, row["grid"])

    async def _remove(self, file_id: str, grid: ObjectId) -> None:
        # The bytes go first: the sweep finds a row without bytes again, but never bytes without a row.
        await self._delete_bytes(grid)
        await self._rows.delete_one({"_id": file_id, "grid": grid})

    async def _delete_bytes(self, grid: ObjectId) -> None:
        # An incomplete upload has chunks but no file in GridFS, which deletes the chunks and then raises NoFile.
        with suppress(NoFile):
            await self._bucket.delete(grid)


def _view(row: Document) -> Attachment:
    return Attachment(id=row["_id"], name=row["name"], type=row["type"], size=row["size"])
