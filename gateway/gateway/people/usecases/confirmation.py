"""Asks people for their password again before they change keys, permissions, passwords and addresses, so that a browser
that somebody left open is not enough for that (OWASP ASVS 4.0.3, 3.7.1)."""

from dataclasses import replace
from datetime import datetime

from gateway.kit.client import Client
from gateway.kit.credential import Credential
from gateway.kit.waiting import Lane
from gateway.people.domain.attempt import Attempt
from gateway.people.domain.session import CONFIRMED, Session
from gateway.people.usecases import session as sessions
from gateway.people.usecases import user
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.security import client_entry
from trackline_core.records.decide import Document
from trackline_schemas.errors import ServiceError, reasons, refuse


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
    ports: Ports, password: str, client: Client, credential: Credential, session: Session | None
) -> Session | None:
    """Returns the session as it is now. Raises ServiceError as `check_present` does."""
    await check_present(ports, password, client, credential, "/password")
    now = ports.clock()
    if session:
        await ports.sessions.confirm(session.id, now)
        return replace(session, confirmed_at=now)
    if credential.kind == "token" and credential.id:
        await ports.refresh_tokens.confirm(credential.id, now)
    return None


async def check_present(ports: Ports, password: str, client: Client, credential: Credential, pointer: str) -> Document:
    """Returns the account whose password was checked. Raises ServiceError invalid unless this is the password of the
    person who has the credential, and unavailable if too many wait for the check of theirs. Too many wrong ones end the
    session or the tokens, so that whoever has taken them over is out, and the person signs in again: then ServiceError
    is unauthenticated. A program that guesses with an API key has to wait: throttled."""
    account = await user.get(ports, credential.user_id)
    await _check_not_ended(ports, credential)
    attempt = Attempt(credential.user_id, client.address, purpose="password", credential=credential.id)
    admission = await ports.throttle.admit(attempt)
    lane = Lane(credential.user_id, known=True)
    if await ports.passwords.verify(account.get("password_hash"), password, lane) is not None:
        await ports.throttle.forget_failures(admission)
        return account
    if admission.last and await sessions.end_credential(ports, credential):
        await ports.security_log.write(client_entry(client, "sign_out", "refused", credential.user_id))
        raise refuse(reasons.access.TOO_MANY_WRONG_PASSWORDS)
    raise wrong(pointer)


def wrong(pointer: str) -> ServiceError:
    return refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer=pointer)


async def _check_not_ended(ports: Ports, credential: Credential) -> None:
    """An access token works for some minutes after the end of its tokens, but not for this."""
    if credential.kind == "token" and credential.id and not await ports.refresh_tokens.existing([credential.id]):
        raise refuse(reasons.access.SESSION_ENDED)


async def _confirmed_at(ports: Ports, credential: Credential) -> datetime | None:
    return await ports.refresh_tokens.confirmed_at(credential.id) if credential.id else None
