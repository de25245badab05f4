"""API keys: scripts and integrations send one as a bearer token until it expires or somebody revokes it.

A key is "tlk_<id>_<secret>". Only the hash of the secret is stored, so that nobody can look at a key a second time. The
hash is no field of the record: no history and no event has it, and it goes when the key is revoked.
"""

import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.kit.credential import Credential
from gateway.people.domain.secret import digest
from gateway.people.domain.token import ACCESS
from gateway.people.models import ApiKeyFields, ApiKeyView, CreateApiKey, KeyScope
from gateway.people.usecases.ids import created_id
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.views import api_key_view
from trackline_core.records.decide import Document
from trackline_schemas.base import to_instant
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.events import API_KEY_CHANGED, ApiKeyChanged
from trackline_schemas.records.kind import RecordKind, anybody

PREFIX = "tlk_"
# The time of a key's last use is stored at most this often, so that not every call costs a write.
TOUCH = timedelta(minutes=5)
# A live stream with a key ends after this many seconds, as one with an access token does.
STREAM = ACCESS.total_seconds()
LIFE = timedelta(days=365)
# So long a repeat of the same creation shows the key again: a double click must not hide it.
SHOWN = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=731)
RANK: Mapping[KeyScope, int] = {"read": 1, "write": 2, "admin": 3}
READING = frozenset({"GET", "HEAD", "OPTIONS"})

KIND = RecordKind(
    name="api_key",
    event_type=API_KEY_CHANGED,
    event=ApiKeyChanged,
    create=CreateApiKey,
    update=ApiKeyFields,
    view=ApiKeyView,
    collection="api_keys",
    log="people_events",
    owner="gateway",
    unique="",
    may_be_empty=frozenset({"secret"}),
    may_write=anybody,
)
# Revoking sends no body.
REVOCATION = ApiKeyFields(active=False)


@dataclass(frozen=True)
class ApiKey:
    """Acts as a person, as far as its scope allows."""

    credential: Credential
    scope: KeyScope

    def check(self, method: str) -> None:
        """Raises ServiceError forbidden if the key may only read and the HTTP method writes."""
        if method not in READING and RANK[self.scope] < RANK["write"]:
            raise refuse(reasons.access.API_KEY_MAY_ONLY_READ)


async def create(
    ports: Ports,
    command: CreateApiKey,
    user_id: str,
    context: CallContext,
    repeat_key: str | None,
    credential: Credential | None = None,
) -> ApiKeyView:
    """Returns a view that holds the key itself; nothing else keeps it. `repeat_key` is the caller's Idempotency-Key: a
    repeat returns the same key. `credential` is what the caller brought: a key that another key makes works only while
    that one does. Raises ServiceError invalid if the person `user_id` is not active, or if the key would end in the
    past or too late."""
    person = await ports.users.active(user_id)
    if person is None:
        raise refuse(reasons.people.NO_ACTIVE_PERSON, pointer="/user_id")
    maker = await _find_maker(ports, credential)
    expires_at = _end(ports, command, maker)
    key, secret = created_id(context), _make_secret(ports, context, repeat_key)
    values = {
        "name": command.name,
        "scope": command.scope,
        "user_id": user_id,
        "keys_epoch": person.get("keys_epoch", 0),
        "secret": digest(secret),
        "created_by": context.viewer.id,
        "last_used_at": None,
        "expires_at": expires_at,
        "makers": [*maker.get("makers", ()), maker["_id"]] if maker else [],
    }
    row = await ports.records[KIND.name].create(key, values, command.digest(), context)
    shown = row.get("secret") == digest(secret) and ports.clock() - row["created_at"] < SHOWN
    return api_key_view(row).model_copy(update={"key": f"{PREFIX}{key}_{secret}"} if shown else {})


def _make_secret(ports: Ports, context: CallContext, repeat_key: str | None) -> str:
    """Returns the same secret for a repeat. Nobody can compute it who does not know the Idempotency-Key, which is not
    stored, and the secret of the installation."""
    if repeat_key is None:
        return secrets.token_hex(24)
    own = hmac.digest(ports.secret, b"api keys", "sha256")
    return hmac.digest(own, f"{context.command_id}\n{repeat_key}".encode(), "sha256").hex()[:48]


async def revoke(ports: Ports, key: str, context: CallContext) -> None:
    """Raises ServiceError not_found, also for a key that was revoked before."""
    if not await ports.api_keys.prepare(key):
        raise not_found("API key", key)
    given = {"active": False, "secret": None}
    await ports.records[KIND.name].update(key, given, REVOCATION.digest(), None, context)


async def working(ports: Ports, keys: Collection[str]) -> set[str]:
    """Returns those of the keys that work: nobody has revoked them or deactivated their people, and they have not
    expired. The same must be true of the keys that made them, and of those that made these."""
    return await _working(ports, {row["_id"]: row for row in await ports.api_keys.active(keys)})


async def _working(ports: Ports, rows: Mapping[str, Document]) -> set[str]:
    makers = {maker for row in rows.values() for maker in row.get("makers", ())} - rows.keys()
    known = {**rows} | ({row["_id"]: row for row in await ports.api_keys.active(makers)} if makers else {})
    good = {key for key, row in known.items() if _is_admitted(ports, row)}
    return {key for key, row in rows.items() if good.issuperset([key, *row.get("makers", ())])}


def _is_admitted(ports: Ports, row: Document) -> bool:
    return Credential("key", row["_id"], row["user_id"], row.get("keys_epoch", 0)).admits(
        ports.directory.user(row["user_id"])
    )


async def _find_maker(ports: Ports, credential: Credential | None) -> Document | None:
    """Returns the row of the key that makes a key. Raises ServiceError unauthenticated if somebody has just revoked
    it."""
    if credential is None or credential.kind != "key":
        return None
    rows = await ports.api_keys.active([credential.id])
    if not rows:
        raise refuse(reasons.access.API_KEY_NOT_VALID)
    return rows[0]


async def find(ports: Ports, token: str) -> ApiKey:
    """Raises ServiceError unauthenticated."""
    key, _, secret = token.removeprefix(PREFIX).partition("_")
    row = await ports.api_keys.find(key, digest(secret))
    if row is None:
        raise refuse(reasons.access.API_KEY_NOT_VALID)
    used, now, ends = row["last_used_at"], ports.clock(), row.get("expires_at")
    if ends is not None and ends <= now:
        raise refuse(reasons.access.API_KEY_EXPIRED)
    if row.get("makers") and not await _working(ports, {key: row}):
        raise refuse(reasons.access.API_KEY_NOT_VALID)
    if used is None or now - used > TOUCH:
        await ports.api_keys.touch(key, now)
    admin = row["scope"] == "admin"
    until = now.timestamp() + STREAM if ends is None else min(now.timestamp() + STREAM, ends.timestamp())
    return ApiKey(Credential("key", key, row["user_id"], row.get("keys_epoch", 0), admin, until), row["scope"])


def _end(ports: Ports, command: CreateApiKey, maker: Document | None) -> datetime:
    now = ports.clock()
    if command.days is not None and not 1 <= command.days <= LONGEST_LIFE.days:
        raise refuse(reasons.access.API_KEY_DAYS, pointer="/days", most=LONGEST_LIFE.days)
    life = LIFE if command.days is None else timedelta(days=command.days)
    ends = command.expires_at or to_instant(now + life)
    if ends <= now:
        raise refuse(reasons.access.API_KEY_ENDS_IN_THE_PAST, pointer="/expires_at")
    if ends > now + LONGEST_LIFE:
        raise refuse(reasons.access.API_KEY_ENDS_TOO_LATE, pointer="/expires_at", most=LONGEST_LIFE.days)
    return _not_after(ends, command, maker)


def _not_after(ends: datetime, command: CreateApiKey, maker: Document | None) -> datetime:
    """A key that another key makes ends no later than it does. Nobody asked for the end by default."""
    most: datetime | None = maker.get("expires_at") if maker else None
    if most is None or ends <= most:
        return ends
    if command.expires_at is None and command.days is None:
        return to_instant(most)
    pointer = "/expires_at" if command.expires_at else "/days"
    raise refuse(reasons.access.API_KEY_OUTLIVES_ITS_MAKER, pointer=pointer)
