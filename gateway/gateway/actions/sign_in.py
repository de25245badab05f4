"""Signs people in and out: sessions for browsers, tokens for apps."""

from gateway.actions import people, security_log
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.kit.client import Client
from gateway.people.directory import Person
from gateway.people.domain.session import Session
from gateway.people.models import PasswordByLink
from gateway.people.usecases import sign_in
from gateway.people.usecases.sign_in import Tokens


async def start_session(parts: Parts, email: str, password: str, *, remember: bool, client: Client) -> Session:
    return await sign_in.start_session(parts.people, email, password, remember=remember, client=client)


async def start_session_by_link(parts: Parts, command: PasswordByLink, client: Client) -> Session:
    """Sets the password that somebody chose with a link from a mail, and signs them in. Raises ServiceError invalid if
    the link does not work any more."""
    user = await people.choose_password(parts, command, client)
    return await sign_in.open_session(parts.people, user, client, remember=False)


async def end_session(parts: Parts, caller: Caller) -> None:
    """Ends the session that the caller is in. An access token or an API key has none."""
    if caller.session:
        await parts.people.sessions.end(caller.session.token)
        await security_log.write(parts, caller, "sign_out", caller.person.id)


async def start_tokens(parts: Parts, email: str, password: str, client: Client) -> tuple[Person, Tokens]:
    return await sign_in.start_tokens(parts.people, email, password, client)


async def renew_tokens(parts: Parts, refresh_token: str, client: Client) -> Tokens:
    return await sign_in.renew_tokens(parts.people, refresh_token, client)


async def revoke_tokens(parts: Parts, refresh_token: str, client: Client) -> None:
    await sign_in.revoke_tokens(parts.people, refresh_token, client)
