"""Browser sessions. The cookie is a random token, of which MongoDB keeps the hash only."""

import hashlib
import hmac
import secrets
from collections.abc import Collection as Many
from datetime import UTC, datetime, timedelta

from gateway.kit.client import Client
from gateway.kit.mongo import Collection, Document
from gateway.kit.settings import Settings
from gateway.people.adapters.origin import origin_of
from gateway.people.domain.secret import digest
from gateway.people.domain.session import Limits, Session

# The time of the last use is stored at most this often, so that not every page costs a write.
TOUCH = timedelta(minutes=5)


class MongoSessions:
    def __init__(self, rows: Collection, settings: Settings) -> None:
        self._rows = rows
        self._key = settings.secret.get_secret_value().encode()
        self._limits = Limits(
            idle=timedelta(minutes=settings.session_idle_minutes),
            longest=timedelta(hours=settings.session_hours),
            remembered_idle=timedelta(days=settings.remembered_idle_days),
            remembered_longest=timedelta(days=settings.remembered_days),
        )

    async def start(self, user_id: str, remember: bool, epoch: int, client: Client) -> Session:
        token, now = secrets.token_urlsafe(32), _now()
        row = {
            "user_id": user_id,
            "epoch": epoch,
            "remember": remember,
            "created_at": now,
            "seen_at": now,
            "confirmed_at": now,
            "expires_at": self._limits.end(remember, now, now),
            **origin_of(client),
        }
        await self._rows.insert_one({"_id": digest(token), **row})
        return self._session(token, row)

    async def find(self, token: str, *, used: bool) -> Session | None:
        row = await self._rows.find_one({"_id": digest(token), "expires_at": {"$gt": _now()}})
        if row is None:
            return None
        now = _now()
        if used and now - row["seen_at"] > TOUCH:
            touched = {"seen_at": now, "expires_at": self._limits.end(row["remember"], row["created_at"], now)}
            await self._rows.update_one({"_id": row["_id"]}, {"$set": touched})
            row |= touched
        return self._session(token, row)

    async def list_of(self, user_id: str) -> list[Document]:
        found = self._rows.find({"user_id": user_id, "expires_at": {"$gt": _now()}})
        return [{**row, "_id": row["_id"].hex()} async for row in found]

    async def set_epoch(self, token: str, epoch: int) -> None:
        await self._rows.update_one({"_id": digest(token)}, {"$set": {"epoch": epoch}})

    async def confirm(self, key: str, at: datetime) -> None:
        await self._rows.update_one({"_id": bytes.fromhex(key)}, {"$set": {"confirmed_at": at}})

    async def existing(self, keys: Many[str]) -> set[str]:
        wanted = [*map(bytes.fromhex, keys)]
        found = self._rows.find({"_id": {"$in": wanted}, "expires_at": {"$gt": _now()}}, {"_id": 1})
        return {row["_id"].hex() async for row in found}

    async def end(self, token: str) -> None:
        await self._rows.delete_one({"_id": digest(token)})

    async def end_one(self, user_id: str, key: str) -> bool:
        try:
            wanted = bytes.fromhex(key)
        except ValueError:
            return False
        deleted = await self._rows.delete_one({"_id": wanted, "user_id": user_id})
        return deleted.deleted_count == 1

    async def end_all(self, user_id: str, but: str | None = None) -> None:
        """`but` is the token of a session that goes on."""
        kept = {"_id": {"$ne": digest(but)}} if but else {}
        await self._rows.delete_many({"user_id": user_id, **kept})

    def _session(self, token: str, row: Document) -> Session:
        confirmed_at, epoch = row.get("confirmed_at", row["created_at"]), row.get("epoch", 0)
        return Session(
            token, self._csrf_token(token), row["user_id"], row["remember"], row["expires_at"], epoch, confirmed_at
        )

    def _csrf_token(self, token: str) -> str:
        return hmac.new(self._key, f"csrf {token}".encode(), hashlib.sha256).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
