"""Asks people for their password again before they change keys, permissions, passwords and addresses, so that a browser
that somebody left open is not enough for that (OWASP ASVS 4.0.3, 3.7.1)."""

from dataclasses import replace
from datetime import datetime

from gateway.kit.client import Client
from gateway.kit.credential import Credential
from gateway.people.domain.attempt import Attempt
from gateway.people.domain.session import CONFIRMED, Session
from gateway.people.domain.waiting import Lane
from gateway.people.usecases import user
from gateway.people.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse


async def require(ports: Ports, credential: Credential, session: Session | None) -> None:
    """Raises ServiceError forbidden unless the person typed the password a short time ago. An API key belongs to a
    program, which nobody can ask."""
    if credential.kind == "key":
        return
    at = session.confirmed_at if session else await _confirmed_at(ports, credential)
    if at is None or ports.clock() - at > CONFIRMED:
        minutes = int(CONFIRMED.total_seconds() // 60)
        raise refuse(reasons.access.PASSWORD_NEEDED_AGAIN, minutes=minutes)


async def confirm(
    ports: Ports, user_id: str, password: str, client: Client, credential: Credential, session: Session | None
) -> Session | None:
    """Returns the session as it is now. Raises ServiceError invalid, throttled or unavailable."""
    await check_present(ports, user_id, password, client, "/password")
    now = ports.clock()
    if session:
        await ports.sessions.confirm(session.id, now)
        return replace(session, confirmed_at=now)
    if credential.kind == "token" and credential.id:
        await ports.refresh_tokens.confirm(credential.id, now)
    return None


async def check_present(ports: Ports, user_id: str, password: str, client: Client, pointer: str) -> None:
    """Raises ServiceError invalid unless this is the person's password, throttled after too many wrong ones, and
    unavailable if too many wait for the check of theirs."""
    account = await user.get(ports, user_id)
    admission = await ports.throttle.admit(Attempt(user_id, client.address, purpose="password"))
    lane = Lane(user_id, known=True)
    if await ports.passwords.verify(account.get("password_hash"), password, lane) is None:
        raise refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer=pointer)
    await ports.throttle.forget_failures(admission)


async def _confirmed_at(ports: Ports, credential: Credential) -> datetime | None:
    return await ports.refresh_tokens.confirmed_at(credential.id) if credential.id else None
