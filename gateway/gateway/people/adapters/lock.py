"""A lock that all gateways share, for a rule that spans several documents."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import TracebackType
from uuid import uuid4

from pymongo.errors import DuplicateKeyError

from gateway.kit.mongo import Collection
from trackline_schemas.errors import reasons, refuse

# This is longer than the operations of its holder can take, so that the lock never ends while they run.
LEASE = timedelta(seconds=60)
PATIENCE = 5.0


class Lock:
    """A row that its holder claims by a conditional update. If the holder dies, the claim ends with its lease."""

    def __init__(self, rows: Collection, name: str) -> None:
        self._rows = rows
        self._name = name
        self._holder = uuid4().hex
        self._local = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._local.acquire()
        try:
            await self._claim()
        except BaseException:
            self._local.release()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._rows.delete_one({"_id": self._name, "holder": self._holder})
        finally:
            self._local.release()

    async def _claim(self) -> None:
        end = asyncio.get_running_loop().time() + PATIENCE
        while not await self._try_claim():
            if asyncio.get_running_loop().time() > end:
                raise refuse(reasons.records.CHANGE_STILL_RUNNING)
            await asyncio.sleep(0.05)

    async def _try_claim(self) -> bool:
        now = datetime.now(UTC)
        claim = {"$set": {"holder": self._holder, "until": now + LEASE}}
        try:
            await self._rows.update_one({"_id": self._name, "until": {"$lte": now}}, claim, upsert=True)
        except DuplicateKeyError:
            return False
        return True
