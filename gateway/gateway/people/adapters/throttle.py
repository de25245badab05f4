"""Counts the attempts to sign in. MongoDB keeps the counters, so a restart forgets none and all gateways share them."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.kit.mongo import Collection, Document
from gateway.kit.settings import Settings
from trackline_schemas.errors import reasons, refuse

FIRST_BLOCK = timedelta(seconds=30)
LONGEST_DOUBLING = 6


class MongoThrottle:
    """Counts an attempt as failed until it succeeds. So a hundred attempts at once are admitted no more often than a
    hundred one after the other."""

    def __init__(self, attempts: Collection, settings: Settings) -> None:
        self._attempts = attempts
        self._settings = settings

    async def admit(self, account: str, address: str) -> None:
        """Raises ServiceError throttled with `retry_after` in seconds. Each further failure doubles that time."""
        for key, limit in self._counters(account, address):
            before = await self._count(key, limit)
            blocked_until = before and before.get("blocked_until")
            if blocked_until and blocked_until > _now():
                wait = int((blocked_until - _now()).total_seconds()) + 1
                raise refuse(reasons.access.TOO_MANY_ATTEMPTS, detail={"retry_after": wait}, seconds=wait)

    async def forget_failures(self, account: str, address: str) -> None:
        """Forgets the account's failures from this address, but only this one attempt of the address itself."""
        (pair, _), (whole, limit) = self._counters(account, address)
        await self._attempts.delete_one({"_id": pair})
        less = {"$subtract": ["$count", 1]}
        free = {"$cond": [{"$lt": [less, limit]}, None, "$blocked_until"]}
        await self._attempts.update_one({"_id": whole}, [{"$set": {"count": less, "blocked_until": free}}])

    def _counters(self, account: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        # The account is hashed, because people sometimes type their password into its field.
        pair = hashlib.sha256(f"{account}\n{address}".encode()).hexdigest()
        return (pair, self._settings.sign_in_failures), (address, self._settings.sign_in_failures_per_address)

    async def _count(self, key: str, limit: int) -> Document | None:
        """Counts one attempt unless the counter is blocked. Returns the counter as it was before."""
        stages = _counting(_now(), limit, timedelta(seconds=self._settings.sign_in_window_seconds))
        try:
            return await self._update(key, stages)
        except DuplicateKeyError:
            # Another first attempt has created the counter at the same time.
            return await self._update(key, stages)

    async def _update(self, key: str, stages: list[Document]) -> Document | None:
        return await self._attempts.find_one_and_update(
            {"_id": key}, stages, upsert=True, return_document=ReturnDocument.BEFORE
        )


def _counting(now: datetime, limit: int, window: timedelta) -> list[dict[str, Any]]:
    blocked = {"$gt": ["$blocked_until", now]}
    fresh = {"$gt": ["$expires_at", now]}
    count = {"$add": [{"$cond": [fresh, "$count", 0]}, 1]}
    over = {"$min": [{"$subtract": ["$count", limit]}, LONGEST_DOUBLING]}
    pause = {"$multiply": [FIRST_BLOCK.total_seconds() * 1000, {"$pow": [2, over]}]}
    blocks = [
        {"case": "$blocked", "then": "$blocked_until"},
        {"case": {"$gte": ["$count", limit]}, "then": {"$add": [now, pause]}},
    ]
    # The counter stays for a window after the pause, so that the next pause can be longer.
    end = {"$add": [{"$ifNull": ["$blocked_until", now]}, int(window.total_seconds() * 1000)]}
    return [
        {"$set": {"blocked": blocked}},
        {"$set": {"count": {"$cond": ["$blocked", "$count", count]}}},
        {"$set": {"blocked_until": {"$switch": {"branches": blocks, "default": None}}}},
        {"$set": {"expires_at": end}},
        {"$unset": "blocked"},
    ]


def _now() -> datetime:
    return datetime.now(UTC)
