"""API keys: scripts and integrations send one as a bearer token until somebody revokes it.

A key is "tlk_<id>_<secret>". Only the hash of the secret is stored, so that nobody can look at a key a second time.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.people.domain.secret import digest
from gateway.people.models import ApiKeyView, CreateApiKey, KeyScope
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.views import api_key_view
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.viewer import Viewer

PREFIX = "tlk_"
# The time of a key's last use is stored at most this often, so that not every call costs a write.
TOUCH = timedelta(minutes=5)
RANK: Mapping[KeyScope, int] = {"read": 1, "write": 2, "admin": 3}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class ApiKey:
    """Acts as a person, as far as its scope allows."""

    user_id: str
    scope: KeyScope

    def check(self, method: str) -> None:
        """Raises ServiceError forbidden if the key may only read and the HTTP method writes."""
        if method not in READING and RANK[self.scope] < RANK["write"]:
            raise refuse(reasons.access.API_KEY_MAY_ONLY_READ)

    def limit(self, viewer: Viewer) -> Viewer:
        """Returns the viewer without an administrator's rights, unless the scope is admin."""
        return viewer if self.scope == "admin" else viewer.model_copy(update={"admin": False})


async def create(ports: Ports, command: CreateApiKey, user_id: str, created_by: str) -> ApiKeyView:
    """Returns a view that holds the key itself; nothing else keeps it."""
    key, secret = secrets.token_hex(8), secrets.token_hex(24)
    row = {
        "_id": key,
        "secret": digest(secret),
        "name": command.name,
        "scope": command.scope,
        "user_id": user_id,
        "created_by": created_by,
        "created_at": ports.clock(),
        "last_used_at": None,
    }
    await ports.api_keys.insert(row)
    return api_key_view(row).model_copy(update={"key": f"{PREFIX}{key}_{secret}"})


async def revoke(ports: Ports, key: str) -> None:
    """Raises ServiceError not_found."""
    if not await ports.api_keys.remove(key):
        raise not_found("API key", key)


async def find(ports: Ports, token: str) -> ApiKey:
    """Raises ServiceError unauthenticated."""
    key, _, secret = token.removeprefix(PREFIX).partition("_")
    row = await ports.api_keys.find(key, digest(secret))
    if row is None:
        raise refuse(reasons.access.API_KEY_NOT_VALID)
    used, now = row["last_used_at"], ports.clock()
    if used is None or now - used > TOUCH:
        await ports.api_keys.touch(key, now)
    return ApiKey(row["user_id"], row["scope"])
