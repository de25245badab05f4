"""Shows people where they are signed in, and signs them out there."""

from gateway.actions import security_log
from gateway.actions.caller import Caller
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.people.usecases import session


async def end_one(parts: Parts, caller: Caller, session_id: str) -> None:
    """Raises ServiceError not_found."""
    if session_id != caller.credential.id:
        await require_confirmed(parts, caller)
    await session.end_session(parts.people, caller.person.id, session_id)
    await security_log.write(parts, caller, "sign_out", caller.person.id)


async def end_others(parts: Parts, caller: Caller) -> None:
    """The session or token of the caller goes on."""
    await require_confirmed(parts, caller)
    token = caller.session.token if caller.session else None
    family = caller.credential.id if caller.credential.kind == "token" else None
    await session.end_others(parts.people, caller.person.id, token, family)
    await security_log.write(parts, caller, "sign_out", caller.person.id, others=True)
