"""The security log in MongoDB: rows that nobody changes, and that MongoDB removes when they are old enough."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from bson import ObjectId
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from gateway.kit.metrics import SECURITY_LOG_DROPPED
from gateway.kit.mongo import Collection, Document
from gateway.people.domain.security_log import Entry
from gateway.people.security import SecurityLogQuery
from trackline_schemas.base import to_instant
from trackline_schemas.paging import Page, encode_cursor

_log = structlog.get_logger(__name__)

NEWEST_FIRST = [("at", -1), ("_id", -1)]
INDEXES = [NEWEST_FIRST, *([(name, 1), *NEWEST_FIRST] for name in ("event", "actor_id", "user_id", "address"))]
# How many rows may wait for MongoDB, and how many a minute may have of somebody who has not signed in. Each stands for
# all equal entries of a minute.
MOST = 1000
FLUSH_SECONDS = 1.0
# How long the end of the gateway waits for the last rows.
LAST_SECONDS = 2.0
_COUNTED = ("_id", "count", "last_at")


class MongoSecurityLog:
    def __init__(self, rows: Collection, days: int) -> None:
        self._rows = rows
        self._kept = timedelta(days=days)
        self._waiting: dict[str, Document] = {}
        self._strangers = _Strangers()

    async def write(self, entry: Entry) -> None:
        """Stores the entry before it returns. If MongoDB does not take it, it waits with those that were noted."""
        # Ids of one process are in their order, also within a millisecond.
        row = row_of(entry, str(ObjectId()), self._kept)
        _say(row)
        try:
            await self._rows.insert_one(row)
        except PyMongoError:
            self._keep(row)

    def note(self, entry: Entry) -> None:
        """Stores the entry within a second or so. Equal ones of a minute become one row, so that refusing an attacker
        costs little."""
        row = row_of(entry, "", self._kept)
        if entry.actor_id is None and not self._strangers.admit(row):
            SECURITY_LOG_DROPPED.inc()
        else:
            self._keep(row)

    async def run(self) -> None:
        try:
            while True:
                await self.flush()
                await asyncio.sleep(FLUSH_SECONDS)
        except asyncio.CancelledError:
            with suppress(PyMongoError, TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    await self.flush()
            raise

    async def flush(self) -> None:
        rows, self._waiting = self._waiting, {}
        if not rows:
            return
        try:
            await self._rows.bulk_write([_counting(row) for row in rows.values()], ordered=False)
        except BaseException:  # also if the gateway ends meanwhile, because `run` then flushes once more
            for row in rows.values():
                self._keep(row)
            raise
        for row in rows.values():
            _say(row)

    async def find(self, query: SecurityLogQuery) -> Page[Document]:
        """Newest first."""
        found = self._rows.find(_conditions(query)).sort(NEWEST_FIRST).limit(query.size + 1)
        rows = await found.to_list(None)
        if len(rows) <= query.size:
            return Page(items=rows)
        last = rows[query.size - 1]
        return Page(items=rows[: query.size], after=encode_cursor(last["at"], last["_id"]))

    async def stream(self, query: SecurityLogQuery) -> AsyncIterator[Document]:
        """Yields all rows of the query, newest first, whatever its size."""
        async for row in self._rows.find(_conditions(query)).sort(NEWEST_FIRST):
            yield row

    def _keep(self, row: Document) -> None:
        known = self._waiting.get(row["_id"])
        if known:
            known["count"] += row["count"]
            known["last_at"] = max(known["last_at"], row["last_at"])
        elif len(self._waiting) < MOST:
            self._waiting[row["_id"]] = row
        else:
            SECURITY_LOG_DROPPED.inc(row["count"])


class _Strangers:
    """The rows of this minute that somebody has caused who has not signed in. Without a limit, an attacker with many
    addresses could fill the disk."""

    def __init__(self) -> None:
        self._minute: datetime | None = None
        self._keys: set[str] = set()

    def admit(self, row: Document) -> bool:
        minute = row["at"].replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._keys = minute, set()
        if row["_id"] not in self._keys and len(self._keys) >= MOST:
            return False
        self._keys.add(row["_id"])
        return True


def row_of(entry: Entry, key: str, kept: timedelta) -> Document:
    """Without a key, equal entries of a minute get the same one."""
    at = to_instant(datetime.now(UTC))
    return {
        "_id": key or entry.key(at),
        "at": at,
        "last_at": at,
        "count": 1,
        "event": entry.event,
        "outcome": entry.outcome,
        "actor_id": entry.actor_id,
        "user_id": entry.user_id,
        "address": entry.address,
        "credential": entry.credential,
        "request_id": entry.request_id,
        "detail": dict(entry.detail),
        "expires_at": at + kept,
    }


def _counting(row: Document) -> UpdateOne:
    first = {name: value for name, value in row.items() if name not in _COUNTED}
    counted = {"$inc": {"count": row["count"]}, "$max": {"last_at": row["last_at"]}}
    return UpdateOne({"_id": row["_id"]}, {"$setOnInsert": first, **counted}, upsert=True)


def _conditions(query: SecurityLogQuery) -> dict[str, Any]:
    given = query.model_dump(include={"event", "outcome", "actor_id", "user_id", "address"}, exclude_none=True)
    times = {"$gte": query.since, "$lt": query.until}
    period = {name: value for name, value in times.items() if value is not None}
    both = [given, *([{"at": period}] if period else [])]
    if query.person_ids is not None:
        either = {"$in": query.person_ids}
        both.append({"$or": [{"actor_id": either}, {"user_id": either}]})
    if query.position:
        at, id_ = query.position
        # The first condition follows from the second, and gives an index its bounds.
        both += [{"at": {"$lte": at}}, {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id_}}]}]
    return {"$and": both}


def _say(row: Mapping[str, Any]) -> None:
    said = {name: value for name, value in row.items() if name not in ("_id", "event", "at", "last_at", "expires_at")}
    _log.info("security", happened=row["event"], **said)
