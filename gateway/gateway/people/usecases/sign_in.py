"""Finds out who somebody is: by password, access token, refresh token, API key or session."""

import structlog

from gateway.people.directory import Person
from gateway.people.domain.session import Session
from gateway.people.domain.token import AccessToken
from gateway.people.usecases import api_key
from gateway.people.usecases.api_key import ApiKey
from gateway.people.usecases.ports import Ports
from trackline_core.records.decide import Document
from trackline_schemas.errors import reasons, refuse

_log = structlog.get_logger(__name__)


async def by_password(ports: Ports, email: str, password: str, address: str) -> Person:
    """`address` is the network address of the client. Raises ServiceError unauthenticated or throttled."""
    account = email.strip().lower()
    await ports.throttle.admit(account, address)
    user = await ports.users.by_email(account)
    matches = await ports.passwords.verify(user.get("password_hash") if user else None, password)
    if user is None or not matches or not user["active"]:
        _log.warning("sign-in failed", account=account if user else "unknown", address=address)
        raise refuse(reasons.access.CREDENTIALS_WRONG, detail={"error": "invalid_grant"})
    await ports.throttle.forget_failures(account, address)
    await _renew_hash(ports, user, password)
    ports.directory.put_user(user)
    return _active_person(ports, user["_id"])


async def start_session(ports: Ports, email: str, password: str, *, remember: bool, address: str) -> Session:
    person = await by_password(ports, email, password, address)
    return await ports.sessions.start(person.id, remember)


async def by_refresh_token(ports: Ports, token: str) -> tuple[Person, str]:
    """Returns (person, next refresh token)."""
    user_id, renewed = await ports.refresh_tokens.rotate(token)
    return _active_person(ports, user_id), renewed


def by_access_token(ports: Ports, token: str) -> tuple[Person, AccessToken]:
    read = ports.access_tokens.read(token)
    person = _active_person(ports, read.user_id)
    if person.credentials_at and read.issued_at < person.credentials_at.timestamp():
        raise refuse(reasons.access.PASSWORD_CHANGED)
    return person, read


async def by_key(ports: Ports, token: str) -> tuple[Person, ApiKey]:
    key = await api_key.find(ports, token)
    return _active_person(ports, key.user_id), key


async def by_session(ports: Ports, token: str) -> tuple[Person, Session]:
    session = await ports.sessions.find(token)
    if session is None:
        raise refuse(reasons.access.SESSION_ENDED)
    return _active_person(ports, session.user_id), session


def _active_person(ports: Ports, user_id: str) -> Person:
    directory = ports.directory
    person = directory.user(user_id)
    if person and person.active:
        return person
    if not directory.loaded:
        raise refuse(reasons.access.ACCOUNTS_NOT_READ_YET)
    raise refuse(reasons.access.ACCOUNT_NOT_ACTIVE)


async def _renew_hash(ports: Ports, user: Document, password: str) -> None:
    """Replaces a hash that was made with older parameters."""
    stored = user["password_hash"]
    if ports.passwords.outdated(stored):
        renewed = await ports.passwords.hash(password)
        await ports.users.renew_hash(user["_id"], stored, renewed)
