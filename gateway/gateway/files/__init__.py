"""Files of messages: uploaded first, then named by a message, and thrown away when no message names them."""

import asyncio
import random
from collections.abc import Sequence
from typing import Protocol

import structlog
from pymongo.errors import PyMongoError

from gateway.files.uploads import Chunks, Uploads
from gateway.kit.mongo import translated
from gateway.kit.system_context import reading_context
from gateway.kit.tasks import end
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.views import Attachment

__all__ = ["Chunks", "Files"]

_log = structlog.get_logger(__name__)
SWEPT_AT_ONCE = 500


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

    async def named(self, owner_id: str, ids: Sequence[str], pointer: str) -> list[Attachment]:
        """What a message of theirs names. Raises ServiceError invalid with the pointers of what it cannot name."""
        if not ids:
            return []
        async with translated():
            return await self.uploads.named(owner_id, ids, pointer)

    async def used(self, attachments: Sequence[Attachment]) -> None:
        """After a message was taken. Where it fails the sweep asks the tickets later."""
        if not attachments:
            return
        try:
            await self.uploads.use([one.id for one in attachments])
        except PyMongoError as error:
            _log.warning("files not marked as used", error=str(error))

    async def sweep(self) -> int:
        """Removes what no message names, and says how many. Safe on every replica."""
        old = await self.uploads.forgotten(SWEPT_AT_ONCE)
        if not old:
            return 0
        in_use = await self._tickets.attached(reading_context("file sweep"), old)
        await self.uploads.use(in_use)
        unused = [file_id for file_id in old if file_id not in in_use]
        for file_id in unused:
            await self.uploads.remove(file_id)
        return len(unused)

    async def _run(self) -> None:
        while True:
            try:
                await self.uploads.create_indexes()
                removed = await self.sweep()
                if removed:
                    _log.info("unused uploads removed", count=removed)
            except (PyMongoError, ServiceError) as error:
                _log.warning("the sweep of files waits", error=str(error))
            await asyncio.sleep(self._pause * random.uniform(0.8, 1.2))  # noqa: S311 (replicas drift apart)
