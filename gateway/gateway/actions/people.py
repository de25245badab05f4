"""Creates and changes accounts, invites people, and changes passwords."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.people.models import (
    ChangePassword,
    CreateUser,
    PasswordByLink,
    SetPassword,
    UpdateProfile,
    UpdateUser,
    UserView,
)
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer


async def create(parts: Parts, caller: Caller, command: CreateUser, key: str | None = None) -> UserView:
    """Administrators may create any account. Agents may create one without rights and without a password, for somebody
    who calls."""
    _check_may_create(caller.viewer, command)
    return await parts.people.users.create(caller.writing("user.create", key), command)


async def update(
    parts: Parts,
    caller: Caller,
    user_id: str,
    command: UpdateUser,
    version: int | None = None,
    key: str | None = None,
) -> UserView:
    context = caller.writing("user.update", key, user_id)
    return await parts.people.users.update(context, user_id, command, version)


async def update_profile(
    parts: Parts, caller: Caller, command: UpdateProfile, version: int | None = None, key: str | None = None
) -> UserView:
    user_id = caller.person.id
    context = caller.writing("user.update", key, user_id)
    return await parts.people.users.update(context, user_id, command, version)


async def invite(parts: Parts, caller: Caller, user_id: str, key: str | None = None) -> None:
    await parts.people.users.invite(caller.writing("user.invite", key, user_id), user_id)


async def set_password(parts: Parts, caller: Caller, user_id: str, command: SetPassword) -> None:
    if user_id == caller.person.id:
        raise refuse(reasons.people.OWN_PASSWORD_ELSEWHERE)
    await parts.people.users.set_password(user_id, command.password.get_secret_value())


async def change_password(parts: Parts, caller: Caller, command: ChangePassword) -> None:
    """Ends all other sessions and tokens of the caller."""
    await parts.people.users.change_password(
        caller.person.id,
        command.current.get_secret_value(),
        command.new.get_secret_value(),
        caller.address,
        caller.session.token if caller.session else None,
    )


async def ask_for_link(parts: Parts, email: str, address: str) -> None:
    """Counts an attempt of the client at `address`, and refuses too many. `send_link` mails the link, after the client
    has got its answer."""
    await parts.people.users.ask_for_link(email, address)


async def send_link(parts: Parts, email: str) -> None:
    await parts.people.users.send_link(email)


async def choose_password(parts: Parts, command: PasswordByLink) -> str:
    """Sets the password of the person to whom the link was mailed. Returns the person's id."""
    return await parts.people.users.set_password_by_link(command.link, command.password.get_secret_value())


def _check_may_create(viewer: Viewer, command: CreateUser) -> None:
    plain = command.active and not (command.admin or command.teams or command.password)
    if not (viewer.admin or (viewer.agent and plain)):
        raise refuse(reasons.people.RIGHTS_FOR_ADMINISTRATORS_ONLY)
