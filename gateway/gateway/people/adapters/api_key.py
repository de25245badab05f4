"""Keys for scripts and integrations: sent as a bearer token, until they are revoked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.kit.mongo import Collection, Document
from gateway.people.adapters.token import digest
from gateway.people.models import ApiKeyView, CreateApiKey, KeyScope
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.viewer import Viewer

PREFIX = "tlk_"
# Written at most this often, so that a call is not a write each time.
TOUCH = timedelta(minutes=5)
RANK: Mapping[KeyScope, int] = {"read": 1, "write": 2, "admin": 3}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class ApiKey:
    """Acts as a person, as far as the scope goes."""

    user_id: str
    scope: KeyScope

    def check(self, method: str) -> None:
        """Raises ServiceError forbidden for a write with a key that may only read."""
        if method not in READING and RANK[self.scope] < RANK["write"]:
            raise refuse(reasons.access.API_KEY_MAY_ONLY_READ)

    def limited(self, viewer: Viewer) -> Viewer:
        """Without the scope admin nobody is an administrator."""
        return viewer if self.scope == "admin" else viewer.model_copy(update={"admin": False})


class ApiKeys:
    """A key is "tlk_<id>_<secret>", of which the hash of the secret is stored. Nobody can look at it a second time."""

    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    async def create(self, command: CreateApiKey, user_id: str, created_by: str) -> ApiKeyView:
        """The view holds the key itself; nothing else keeps it."""
        key, secret = secrets.token_hex(8), secrets.token_hex(24)
        row = {
            "_id": key,
            "secret": digest(secret),
            "name": command.name,
            "scope": command.scope,
            "user_id": user_id,
            "created_by": created_by,
            "created_at": datetime.now(UTC),
            "last_used_at": None,
        }
        await self._rows.insert_one(row)
        return _view(row).model_copy(update={"key": f"{PREFIX}{key}_{secret}"})

    async def all(self) -> list[ApiKeyView]:
        """Newest first, without the keys themselves."""
        rows = await self._rows.find({}, {"secret": 0}).sort("created_at", -1).to_list(None)
        return [_view(row) for row in rows]

    async def revoke(self, key: str) -> None:
        if not (await self._rows.delete_one({"_id": key})).deleted_count:
            raise not_found("API key", key)

    async def find(self, token: str) -> ApiKey:
        """Raises ServiceError unauthenticated."""
        key, _, secret = token.removeprefix(PREFIX).partition("_")
        row = await self._rows.find_one({"_id": key, "secret": digest(secret)})
        if row is None:
            raise refuse(reasons.access.API_KEY_NOT_VALID)
        used, now = row["last_used_at"], datetime.now(UTC)
        if used is None or now - used > TOUCH:
            await self._rows.update_one({"_id": key}, {"$set": {"last_used_at": now}})
        return ApiKey(row["user_id"], row["scope"])


def _view(row: Document) -> ApiKeyView:
    return ApiKeyView.model_validate({**row, "id": row["_id"]})
