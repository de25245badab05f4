"""Browser sessions. The cookie is a random token, of which MongoDB keeps the hash only."""

import hashlib
import hmac
import secrets
from collections.abc import Collection as Many
from datetime import UTC, datetime, timedelta

from gateway.kit.mongo import Collection
from gateway.kit.settings import Settings
from gateway.people.domain.secret import digest
from gateway.people.domain.session import IDLE, LONGEST, Session

# The time of the last use is stored at most this often, so that not every page costs a write.
TOUCH = timedelta(minutes=5)


class MongoSessions:
    """A session ends after IDLE without use, or after LONGEST without use if it is to be remembered. LONGEST after its
    start, every session ends."""

    def __init__(self, rows: Collection, settings: Settings) -> None:
        self._rows = rows
        self._key = settings.secret.get_secret_value().encode()

    async def start(self, user_id: str, remember: bool, epoch: int) -> Session:
        token, now = secrets.token_urlsafe(32), _now()
        expires_at = now + (LONGEST if remember else IDLE)
        row = {
            "user_id": user_id,
            "epoch": epoch,
            "remember": remember,
            "created_at": now,
            "seen_at": now,
            "expires_at": expires_at,
        }
        await self._rows.insert_one({"_id": digest(token), **row})
        return Session(token, self._csrf_token(token), user_id, remember, expires_at, epoch)

    async def find(self, token: str) -> Session | None:
        row = await self._rows.find_one({"_id": digest(token), "expires_at": {"$gt": _now()}})
        if row is None:
            return None
        expires_at = row["expires_at"]
        if _now() - row["seen_at"] > TOUCH:
            expires_at = min(_now() + (LONGEST if row["remember"] else IDLE), row["created_at"] + LONGEST)
            await self._rows.update_one({"_id": row["_id"]}, {"$set": {"seen_at": _now(), "expires_at": expires_at}})
        return Session(token, self._csrf_token(token), row["user_id"], row["remember"], expires_at, row.get("epoch", 0))

    async def set_epoch(self, token: str, epoch: int) -> None:
        await self._rows.update_one({"_id": digest(token)}, {"$set": {"epoch": epoch}})

    async def existing(self, keys: Many[str]) -> set[str]:
        wanted = [*map(bytes.fromhex, keys)]
        found = self._rows.find({"_id": {"$in": wanted}, "expires_at": {"$gt": _now()}}, {"_id": 1})
        return {row["_id"].hex() async for row in found}

    async def end(self, token: str) -> None:
        await self._rows.delete_one({"_id": digest(token)})

    async def end_all(self, user_id: str, but: str | None = None) -> None:
        """`but` is the token of a session that goes on."""
        kept = {"_id": {"$ne": digest(but)}} if but else {}
        await self._rows.delete_many({"user_id": user_id, **kept})

    def _csrf_token(self, token: str) -> str:
        return hmac.new(self._key, f"csrf {token}".encode(), hashlib.sha256).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
