"""Files of messages. A file is uploaded first and then named by a message; the sweep removes files that no message
names."""

import asyncio
import random
from collections.abc import Sequence
from typing import Protocol

import structlog
from pymongo.errors import PyMongoError

from gateway.files.uploads import Chunks, Uploads
from gateway.kit.mongo import translate_store_errors
from gateway.kit.system_context import system_read_context
from gateway.kit.tasks import end
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.views import Attachment

__all__ = ["Chunks", "Files"]

_log = structlog.get_logger(__name__)
SWEEP_BATCH = 500


class Comments(Protocol):
    """The service that knows which files belong to comments."""

    async def attached(self, context: CallContext, ids: list[str]) -> list[str]: ...


class Files:
    def __init__(self, uploads: Uploads, tickets: Comments, sweep_seconds: float) -> None:
        self.uploads = uploads
        self._tickets = tickets
        self._pause = sweep_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        await end(self._task)
        self.uploads.close()

    async def find(self, file_id: str, owner_id: str) -> Attachment | None:
        """Returns the owner's complete upload with this id, or None."""
        return await self.uploads.find(file_id, owner_id)

    async def read(self, file_id: str) -> Chunks | None:
        """Returns the bytes, or None if the upload does not exist."""
        return await self.uploads.read(file_id)

    async def resolve(self, owner_id: str, ids: Sequence[str], pointer: str) -> list[Attachment]:
        """Returns the uploads of the owner that a message names by `ids`. Raises ServiceError invalid, with pointers
        below `pointer`, if the message may not name some of them."""
        if not ids:
            return []
        async with translate_store_errors():
            return await self.uploads.resolve(owner_id, ids, pointer)

    async def mark_used(self, attachments: Sequence[Attachment]) -> None:
        """Marks files after a message that names them was stored. If this fails, the sweep asks the tickets service."""
        if not attachments:
            return
        try:
            await self.uploads.mark_used([one.id for one in attachments])
        except PyMongoError as error:
            _log.warning("could not mark files as used", error=str(error))

    async def sweep(self) -> int:
        """Removes uploads that no message names, and returns how many. Several replicas may sweep at the same time."""
        await self._release()
        old = await self.uploads.list_abandoned(SWEEP_BATCH)
        if not old:
            return 0
        in_use = await self._tickets.attached(system_read_context("file sweep"), old)
        await self.uploads.mark_used(in_use)
        unused = [file_id for file_id in old if file_id not in in_use]
        for file_id in unused:
            await self.uploads.remove(file_id)
        return len(unused)

    async def _release(self) -> None:
        """Releases files whose tickets were purged."""
        used = await self.uploads.list_used(SWEEP_BATCH)
        if used:
            in_use = await self._tickets.attached(system_read_context("file sweep"), used)
            await self.uploads.note_asked(used)
            await self.uploads.release([file_id for file_id in used if file_id not in in_use])

    async def _run(self) -> None:
        while True:
            try:
                await self.uploads.create_indexes()
                removed = await self.sweep()
                if removed:
                    _log.info("removed unused uploads", count=removed)
            except (PyMongoError, ServiceError) as error:
                _log.warning("could not sweep uploads", error=str(error))
            await asyncio.sleep(self._pause * random.uniform(0.8, 1.2))  # noqa: S311 (jitter keeps replicas apart)
