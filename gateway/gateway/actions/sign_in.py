"""Signs people in and out: sessions for browsers, tokens for apps."""

from dataclasses import dataclass

from gateway.actions import people
from gateway.actions.parts import Parts
from gateway.people.domain.session import Session
from gateway.people.models import PasswordByLink
from gateway.people.usecases import sign_in


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str


async def start_session(parts: Parts, email: str, password: str, *, remember: bool, address: str) -> Session:
    return await sign_in.start_session(parts.people, email, password, remember=remember, address=address)


async def start_session_by_link(parts: Parts, command: PasswordByLink) -> Session:
    """Sets the password that somebody chose with a link from a mail, and signs them in. Raises ServiceError invalid if
    the link does not work any more."""
    user_id = await people.choose_password(parts, command)
    return await parts.people.sessions.start(user_id, remember=False)


async def end_session(parts: Parts, token: str) -> None:
    await parts.people.sessions.end(token)


async def issue_tokens(parts: Parts, email: str, password: str, address: str) -> Tokens:
    person = await sign_in.by_password(parts.people, email, password, address)
    return Tokens(parts.people.access_tokens.issue(person.id), await parts.people.refresh_tokens.start(person.id))


async def renew_tokens(parts: Parts, refresh_token: str) -> Tokens:
    person, renewed = await sign_in.by_refresh_token(parts.people, refresh_token)
    return Tokens(parts.people.access_tokens.issue(person.id), renewed)


async def revoke_tokens(parts: Parts, refresh_token: str) -> None:
    await parts.people.refresh_tokens.revoke(refresh_token)
