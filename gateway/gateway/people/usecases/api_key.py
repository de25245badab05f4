"""Keys for scripts and integrations: sent as a bearer token, until they are revoked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.people.domain.secret import digest
from gateway.people.models import ApiKeyView, CreateApiKey, KeyScope
from gateway.people.usecases.ports import ApiKeyStore
from trackline_core.records.decide import Document
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

    def __init__(self, store: ApiKeyStore) -> None:
        self._store = store

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
        await self._store.insert(row)
        return _view(row).model_copy(update={"key": f"{PREFIX}{key}_{secret}"})

    async def all(self) -> list[ApiKeyView]:
        """Newest first, without the keys themselves."""
        return [_view(row) for row in await self._store.all()]

    async def revoke(self, key: str) -> None:
        if not await self._store.remove(key):
            raise not_found("API key", key)

    async def find(self, token: str) -> ApiKey:
        """Raises ServiceError unauthenticated."""
        key, _, secret = token.removeprefix(PREFIX).partition("_")
        row = await self._store.find(key, digest(secret))
        if row is None:
            raise refuse(reasons.access.API_KEY_NOT_VALID)
        used, now = row["last_used_at"], datetime.now(UTC)
        if used is None or now - used > TOUCH:
            await self._store.touch(key, now)
        return ApiKey(row["user_id"], row["scope"])


def _view(row: Document) -> ApiKeyView:
    return ApiKeyView.model_validate({**row, "id": row["_id"]})
