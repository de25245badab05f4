"""Tokens for apps: a short-lived access token, and a refresh token that works once and brings the next one."""

import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Collection as Many
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import uuid4

import jwt

from gateway.kit.client import Client
from gateway.kit.mongo import Collection, Document
from gateway.kit.settings import Settings
from gateway.people.adapters.origin import origin_of
from gateway.people.domain.secret import digest
from gateway.people.domain.token import ACCESS, REFRESH, REFRESH_LONGEST, AccessToken, RefreshToken, TokenReused
from trackline_schemas.errors import ServiceError, reasons, refuse

AUDIENCE = "trackline"
KNOWN = 4096


class JwtAccessTokens:
    """A token carries the user's id but no rights, since every request looks them up."""

    def __init__(self, settings: Settings) -> None:
        self._key = hmac.digest(settings.secret.get_secret_value().encode(), b"access tokens", "sha256")
        self._issuer = settings.public_url
        # An app sends the same token with every request, so the results of checking signatures are kept.
        self._verify_cached = lru_cache(KNOWN)(self._verify)

    def issue(self, user_id: str, epoch: int, family: str) -> str:
        now = datetime.now(UTC)
        claims = {
            "sub": user_id,
            "epoch": epoch,
            "sid": family,
            "iss": self._issuer,
            "aud": AUDIENCE,
            "iat": now.timestamp(),
            "exp": now + ACCESS,
        }
        return jwt.encode(claims, self._key, algorithm="HS256")

    def read(self, token: str) -> AccessToken:
        """Raises ServiceError unauthenticated."""
        found = self._verify_cached(token)
        if found.expires_at <= time.time():
            raise _expired()
        return found

    def _verify(self, token: str) -> AccessToken:
        required = ["sub", "iat", "exp"]
        try:
            claims = jwt.decode(
                token, self._key, ["HS256"], audience=AUDIENCE, issuer=self._issuer, options={"require": required}
            )
        except jwt.ExpiredSignatureError as error:
            raise _expired() from error
        except jwt.InvalidTokenError as error:
            raise refuse(reasons.access.ACCESS_TOKEN_NOT_VALID) from error
        return AccessToken(claims["sub"], claims["iat"], claims["exp"], claims.get("epoch", 0), claims.get("sid", ""))


def _expired() -> ServiceError:
    return refuse(reasons.access.ACCESS_TOKEN_EXPIRED)


class MongoRefreshTokens:
    """A token is "<family>.<secret>", and MongoDB has the hash of the newest secret of the family. An older secret
    comes from a copied token, so it ends the whole family. A secret is "<random>.<seal>": the seal proves that it was
    issued, since logs and access tokens tell the family to people who never had its tokens."""

    def __init__(self, families: Collection, settings: Settings) -> None:
        self._families = families
        self._key = hmac.digest(settings.secret.get_secret_value().encode(), b"refresh tokens", "sha256")

    async def start(self, user_id: str, epoch: int, client: Client) -> RefreshToken:
        family, now = uuid4().hex, _now()
        secret = self._new_secret(family)
        row = {
            "user_id": user_id,
            "epoch": epoch,
            "secret": digest(secret),
            "created_at": now,
            "seen_at": now,
            "confirmed_at": now,
            "expires_at": now + REFRESH,
            **origin_of(client),
        }
        await self._families.insert_one({"_id": family, **row})
        return RefreshToken(f"{family}.{secret}", family, user_id, epoch)

    async def rotate(self, token: str) -> RefreshToken:
        """Raises ServiceError unauthenticated, and TokenReused for a token that was used before."""
        family, _, secret = token.partition(".")
        renewed = self._new_secret(family)
        row = await self._families.find_one_and_update(
            {"_id": family, "secret": digest(secret), "expires_at": {"$gt": _now()}},
            _rotation(digest(renewed), _now()),
        )
        if row is not None:
            return RefreshToken(f"{family}.{renewed}", family, row["user_id"], row.get("epoch", 0))
        ended = await self._families.find_one_and_delete({"_id": family, **self._issued(family, secret, "replaced")})
        if ended is not None:
            raise TokenReused(ended["user_id"])
        raise refuse(reasons.access.REFRESH_TOKEN_NOT_VALID, detail={"error": "invalid_grant"})

    async def list_of(self, user_id: str) -> list[Document]:
        found = self._families.find({"user_id": user_id, "expires_at": {"$gt": _now()}}, {"secret": 0})
        return [row async for row in found]

    async def confirm(self, family: str, at: datetime) -> None:
        await self._families.update_one({"_id": family}, {"$set": {"confirmed_at": at}})

    async def confirmed_at(self, family: str) -> datetime | None:
        row = await self._families.find_one({"_id": family}, {"confirmed_at": 1})
        return row.get("confirmed_at") if row else None

    async def existing(self, families: Many[str]) -> set[str]:
        found = self._families.find({"_id": {"$in": [*families]}, "expires_at": {"$gt": _now()}}, {"_id": 1})
        return {row["_id"] async for row in found}

    async def revoke(self, token: str) -> str | None:
        family, _, secret = token.partition(".")
        ended = await self._families.find_one_and_delete({"_id": family, **self._issued(family, secret, "secret")})
        return str(ended["user_id"]) if ended else None

    async def end_one(self, user_id: str, family: str) -> bool:
        return (await self._families.delete_one({"_id": family, "user_id": user_id})).deleted_count == 1

    async def revoke_all(self, user_id: str, but: str | None = None) -> None:
        """`but` is a family that goes on."""
        await self._families.delete_many({"user_id": user_id, "_id": {"$ne": but}})

    def _new_secret(self, family: str) -> str:
        random = secrets.token_urlsafe(32)
        return f"{random}.{self._seal(family, random)}"

    def _issued(self, family: str, secret: str, member: str) -> Document:
        """Returns the condition under which the secret was issued to the family. One of an earlier release has no seal,
        and must be the one whose hash the row has as `member`."""
        random, _, seal = secret.rpartition(".")
        sealed = hmac.compare_digest(seal.encode(), self._seal(family, random).encode())
        return {} if sealed else {member: digest(secret)}

    def _seal(self, family: str, random: str) -> str:
        sealed = hmac.digest(self._key, f"{family}.{random}".encode(), "sha256")
        return urlsafe_b64encode(sealed).decode().rstrip("=")


def _rotation(secret: bytes, now: datetime) -> list[Document]:
    """A family of an earlier release counts as begun now."""
    begun = {"secret": secret, "replaced": "$secret", "seen_at": now, "created_at": {"$ifNull": ["$created_at", now]}}
    longest = {"$add": ["$created_at", REFRESH_LONGEST / timedelta(milliseconds=1)]}
    return [{"$set": begun}, {"$set": {"expires_at": {"$min": [now + REFRESH, longest]}}}]


def _now() -> datetime:
    return datetime.now(UTC)
