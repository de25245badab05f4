"""Accounts: creating, changing and inviting people, and their passwords."""

import time

from gateway.actions import security_log
from gateway.actions.caller import Caller, require_admin
from gateway.actions.confirmation import require_confirmed
from gateway.actions.parts import Parts
from gateway.kit.client import Client
from gateway.people import reads
from gateway.people.models import (
    ChangePassword,
    CheckPassword,
    CreateUser,
    ForgottenPassword,
    PasswordByLink,
    PasswordStrength,
    SetPassword,
    UpdateProfile,
    UpdateUser,
    UserView,
)
from gateway.people.usecases import link, new_password, password, user
from trackline_core.records.decide import Document
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer

# What decides who can sign in to an account, and what they may do then.
ACCESS = security_log.RIGHTS | {"emails"}


async def create(parts: Parts, caller: Caller, command: CreateUser, key: str | None = None) -> UserView:
    """Administrators create any account. Agents create one for somebody who calls, without rights or a password."""
    _check_may_create(caller.viewer, command)
    if command.admin or command.teams or command.password:
        await require_confirmed(parts, caller)
    made = await user.create(parts.people, command, caller.writing("user.create", key))
    rights = made.model_dump(include=set(ACCESS))
    await security_log.write(parts, caller, "account_created", made.id, **rights)
    return made


async def update(
    parts: Parts,
    caller: Caller,
    user_id: str,
    command: UpdateUser | UpdateProfile,
    version: IfMatch = None,
    key: str | None = None,
) -> UserView:
    """Everybody may change their own profile. Everything else is for administrators."""
    if not _is_own_profile(caller, user_id, command):
        require_admin(caller)
    before = await reads.get_user(parts.people, user_id) if ACCESS & command.given().keys() else None
    if before and _changes_access(before, command):
        await require_confirmed(parts, caller)
    context = caller.writing("user.update", key, user_id)
    after = await user.update(parts.people, user_id, command, version, context)
    if before:
        await security_log.write_changes(parts, caller, before, after)
    others = sorted(command.model_fields_set - ACCESS)
    if others and user_id != caller.person.id:
        await security_log.write(parts, caller, "account_changed", user_id, fields=others)
    return after


async def update_profile(
    parts: Parts, caller: Caller, command: UpdateProfile, version: IfMatch = None, key: str | None = None
) -> UserView:
    return await update(parts, caller, caller.person.id, command, version, key)


async def invite(parts: Parts, caller: Caller, user_id: str, key: str | None = None) -> None:
    require_admin(caller)
    await require_confirmed(parts, caller)
    await link.invite(parts.people, user_id, caller.writing("user.invite", key, user_id))
    await security_log.write(parts, caller, "invitation_sent", user_id)


async def set_password(parts: Parts, caller: Caller, user_id: str, command: SetPassword) -> None:
    require_admin(caller)
    if user_id == caller.person.id:
        raise refuse(reasons.people.OWN_PASSWORD_ELSEWHERE)
    await require_confirmed(parts, caller)
    context = caller.writing("user.password", target=user_id)
    await password.set_password(parts.people, user_id, command.password.get_secret_value(), context)
    await security_log.write(parts, caller, "password_set", user_id)


async def change_password(parts: Parts, caller: Caller, command: ChangePassword) -> None:
    """Ends all other sessions and tokens of the caller."""
    try:
        await password.change(
            parts.people,
            command.current.get_secret_value(),
            command.new.get_secret_value(),
            caller.client,
            caller.credential,
            caller.writing("user.password"),
            caller.session.token if caller.session else None,
        )
    except ServiceError as error:
        security_log.note_failure(parts, caller, "password_changed", error)
        raise
    await security_log.write(parts, caller, "password_changed", caller.person.id)


async def ask_for_link(parts: Parts, command: ForgottenPassword, client: Client) -> None:
    """Does the same, and takes as long, whether or not somebody has the address."""
    link.ask(parts.people, command.email, client)


async def choose_password(parts: Parts, command: PasswordByLink, client: Client) -> Document:
    """Takes a link that came by mail. Returns the account."""
    return await password.set_by_link(parts.people, command.link, command.password.get_secret_value(), client)


async def judge_password(parts: Parts, caller: Caller, command: CheckPassword) -> PasswordStrength:
    """Judges a password that the caller may choose for themselves. Raises ServiceError throttled."""
    return await _judge(parts, command, await user.get(parts.people, caller.person.id))


async def judge_password_of_link(parts: Parts, command: CheckPassword) -> PasswordStrength:
    """Judges a password for the holder of a link. Raises ServiceError throttled, or invalid if the link does not work
    any more."""
    return await _judge(parts, command, await link.get_holder(parts.people, command.link or ""))


async def _judge(parts: Parts, command: CheckPassword, account: Document) -> PasswordStrength:
    given = command.password.get_secret_value()
    return await new_password.estimate_strength(parts.people, given, account, time.monotonic())


def _is_own_profile(caller: Caller, user_id: str, command: UpdateProfile) -> bool:
    return user_id == caller.person.id and command.given().keys() <= UpdateProfile.model_fields.keys()


def _changes_access(before: UserView, command: UpdateProfile) -> bool:
    given = command.given()
    return any(getattr(before, name) != given[name] for name in ACCESS & given.keys())


def _check_may_create(viewer: Viewer, command: CreateUser) -> None:
    plain = command.active and not (command.admin or command.teams or command.password)
    if not (viewer.admin or (viewer.agent and plain)):
        raise refuse(reasons.people.RIGHTS_FOR_ADMINISTRATORS_ONLY)
