"""Asks the caller for the password again before what would give somebody lasting access."""

from dataclasses import replace

from gateway.actions import security_log
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import ConfirmPassword
from gateway.people.usecases import confirmation
from trackline_schemas.errors import ServiceError


async def require_confirmed(parts: Parts, caller: Caller) -> None:
    """Raises ServiceError forbidden with the reason `password_needed_again`."""
    await confirmation.require(parts.people, caller.credential, caller.session)


async def confirm(parts: Parts, caller: Caller, command: ConfirmPassword) -> Caller:
    """Returns the caller as who has just typed the password. Raises ServiceError invalid, throttled, or unauthenticated
    after too many wrong ones, which end the session."""
    password = command.password.get_secret_value()
    try:
        session = await confirmation.confirm(parts.people, password, caller.client, caller.credential, caller.session)
    except ServiceError as error:
        security_log.note_failure(parts, caller, "password_confirmed", error)
        raise
    await security_log.write(parts, caller, "password_confirmed", caller.person.id)
    return replace(caller, session=session)
