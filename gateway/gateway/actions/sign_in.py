"""Signs people in and out: sessions for browsers, tokens for apps."""

from dataclasses import dataclass

from gateway.actions.parts import Parts
from gateway.people.domain.session import Session


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str


async def start_session(parts: Parts, email: str, password: str, *, remember: bool, address: str) -> Session:
    return await parts.people.sign_in.start_session(email, password, remember=remember, address=address)


async def start_session_for(parts: Parts, user_id: str) -> Session:
    """Starts a session without asking for a password, for somebody who has just chosen one."""
    return await parts.people.sign_in.sessions.start(user_id, remember=False)


async def end_session(parts: Parts, token: str) -> None:
    await parts.people.sign_in.sessions.end(token)


async def issue_tokens(parts: Parts, email: str, password: str, address: str) -> Tokens:
    sign_in = parts.people.sign_in
    person = await sign_in.by_password(email, password, address)
    return Tokens(sign_in.access.issue(person.id), await sign_in.refresh.start(person.id))


async def renew_tokens(parts: Parts, refresh_token: str) -> Tokens:
    sign_in = parts.people.sign_in
    person, renewed = await sign_in.by_refresh_token(refresh_token)
    return Tokens(sign_in.access.issue(person.id), renewed)


async def revoke_tokens(parts: Parts, refresh_token: str) -> None:
    await parts.people.sign_in.refresh.revoke(refresh_token)
