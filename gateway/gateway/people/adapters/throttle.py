"""Counts the attempts to give a password in MongoDB, so that a restart forgets none and all gateways share them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.kit.metrics import SIGN_INS_THROTTLED
from gateway.kit.mongo import Collection, Document
from gateway.kit.settings import Settings
from gateway.kit.waiting import Lane
from gateway.people.domain.attempt import BY, FIRST_PAUSE, Attempt, Counter, Limits, counters_of
from gateway.people.usecases.ports import Admission
from trackline_core.metrics import start_at_zero
from trackline_schemas.errors import reasons, refuse

# How long after a sign-in its network counts as known to the account.
PLACE_KNOWN = timedelta(days=90)
# MongoDB removes an expired row up to a minute late, and must not remove it early.
KEPT = timedelta(minutes=1)
LONGEST_DOUBLING = 12

start_at_zero(SIGN_INS_THROTTLED, by=BY)


class MongoThrottle:
    """Counts an attempt as failed until it succeeds. So a hundred attempts at once are admitted no more often than a
    hundred one after the other."""

    def __init__(self, attempts: Collection, settings: Settings) -> None:
        self._attempts = attempts
        self._window = timedelta(seconds=settings.sign_in_window_seconds)
        self._limits = Limits(
            pair=settings.sign_in_failures,
            account=settings.sign_in_failures_per_account,
            network=settings.sign_in_failures_per_address,
        )

    async def admit(self, attempt: Attempt) -> Admission:
        """Raises ServiceError throttled with `retry_after` in seconds."""
        known_place = attempt.device is None and await self._knows(attempt)
        counted: list[Counter] = []
        last = False
        for counter in counters_of(attempt, self._limits, known_place):
            before = await self._count(counter)
            blocked_until = before and before.get("blocked_until")
            if blocked_until and blocked_until > _now():
                await self._uncount(counted)
                SIGN_INS_THROTTLED.labels(counter.by).inc()
                wait = int((blocked_until - _now()).total_seconds()) + 1
                raise refuse(reasons.access.TOO_MANY_ATTEMPTS, detail={"retry_after": wait}, seconds=wait)
            counted.append(counter)
            last |= (before or {}).get("count", 0) + 1 >= counter.limit
        known = known_place or attempt.device is not None
        return Admission(attempt, counted, Lane(attempt.account if known else attempt.network, known), last)

    async def forget_failures(self, admission: Admission) -> None:
        """Forgets the failures of this client with this account, but only the one attempt of the account and of the
        network. Remembers that the account was used from the network."""
        own = [counter.key for counter in admission.counters if counter.by in ("pair", "device")]
        await self._attempts.delete_many({"_id": {"$in": own}})
        await self._uncount([counter for counter in admission.counters if counter.key not in own])
        await self._attempts.update_one(
            {"_id": admission.attempt.place}, {"$set": {"expires_at": _now() + PLACE_KNOWN}}, upsert=True
        )

    async def take_back(self, admission: Admission) -> None:
        await self._uncount(admission.counters)

    async def _knows(self, attempt: Attempt) -> bool:
        return await self._attempts.find_one({"_id": attempt.place, "expires_at": {"$gt": _now()}}) is not None

    async def _uncount(self, counters: Sequence[Counter]) -> None:
        for counter in counters:
            less = {"$max": [{"$subtract": ["$count", 1]}, 0]}
            free = {"$cond": [{"$lt": [less, counter.limit]}, None, "$blocked_until"]}
            await self._attempts.update_one({"_id": counter.key}, [{"$set": {"count": less, "blocked_until": free}}])

    async def _count(self, counter: Counter) -> Document | None:
        """Counts one attempt unless the counter is blocked. Returns the counter as it was before."""
        stages = _counting(_now(), counter, self._window)
        try:
            return await self._update(counter.key, stages)
        except DuplicateKeyError:
            # Another first attempt has created the counter at the same time.
            return await self._update(counter.key, stages)

    async def _update(self, key: str, stages: list[Document]) -> Document | None:
        return await self._attempts.find_one_and_update(
            {"_id": key}, stages, upsert=True, return_document=ReturnDocument.BEFORE
        )


def _counting(now: datetime, counter: Counter, window: timedelta) -> list[dict[str, Any]]:
    """A window begins with its first attempt, and no later attempt moves its end. With the window ends every pause."""
    blocked = {"$gt": ["$blocked_until", now]}
    fresh = {"$gt": ["$window_ends", now]}
    count = {"$add": [{"$cond": [fresh, "$count", 0]}, 1]}
    over = {"$min": [{"$subtract": ["$count", counter.limit]}, LONGEST_DOUBLING]}
    pause = {"$multiply": [_milliseconds(FIRST_PAUSE), {"$pow": [2, over]}]}
    if counter.longest is not None:
        pause = {"$min": [pause, _milliseconds(counter.longest)]}
    blocks = [
        {"case": "$blocked", "then": "$blocked_until"},
        {"case": {"$gte": ["$count", counter.limit]}, "then": {"$min": [{"$add": [now, pause]}, "$window_ends"]}},
    ]
    return [
        {"$set": {"blocked": blocked}},
        {"$set": {"count": {"$cond": ["$blocked", "$count", count]}, "window_ends": _end(fresh, now, window)}},
        {"$set": {"blocked_until": {"$switch": {"branches": blocks, "default": None}}}},
        {"$set": {"expires_at": {"$add": [{"$max": ["$window_ends", "$blocked_until"]}, _milliseconds(KEPT)]}}},
        {"$unset": "blocked"},
    ]


def _end(fresh: Document, now: datetime, window: timedelta) -> Document:
    # While a pause lasts, nothing is counted, so that no new window begins.
    return {"$cond": [{"$or": ["$blocked", fresh]}, {"$ifNull": ["$window_ends", now]}, now + window]}


def _milliseconds(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def _now() -> datetime:
    return datetime.now(UTC)
