"""Accounts: who has one, and what they may do."""

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gateway.people.domain.credentials import raise_epochs
from gateway.people.domain.keys import account_keys
from gateway.people.models import CreateUser, UpdateProfile, UpdateUser, UserView
from gateway.people.usecases import access
from gateway.people.usecases.ids import created_id
from gateway.people.usecases.new_password import hash_new
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.views import user_view
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import pointer, reasons, refuse
from trackline_schemas.events import USER_CHANGED, UserChanged
from trackline_schemas.records.kind import RecordKind, anybody
from trackline_schemas.versions import IfMatch


def _resolve(before: Mapping[str, Any], given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Adds what follows from the change: the epochs that it raises, and the keys of another name or address."""
    after = {**before, **given}
    keys = account_keys(after["name"], after["emails"])
    if after["emails"] == before["emails"]:
        # Two accounts of an earlier release may have addresses that look the same, and so keys of their own.
        del keys["email_keys"]
    return raise_epochs(before, given, at) | (keys if {"name", "emails"} & given.keys() else {})


KIND = RecordKind(
    name="user",
    event_type=USER_CHANGED,
    event=UserChanged,
    create=CreateUser,
    update=UpdateUser,
    view=UserView,
    collection="users",
    log="people_events",
    owner="gateway",
    unique="emails",
    may_be_empty=UpdateUser.may_be_null,
    may_write=anybody,
    resolve=_resolve,
)


async def get(ports: Ports, user_id: str) -> Document:
    """Raises ServiceError not_found."""
    return await ports.records[KIND.name].get(user_id)


async def create(ports: Ports, command: CreateUser, context: CallContext) -> UserView:
    await _check_teams(ports, command.teams)
    fields = command.model_dump(exclude={"password"}) | account_keys(command.name, command.emails)
    for name in {"language", "time_zone"} - command.model_fields_set:
        fields[name] = getattr(ports.directory.organisation, name)
    if command.password:
        fields["password_hash"] = await hash_new(ports, command.password.get_secret_value(), fields)
    digest = _digest(ports.secret, command)
    document = await ports.records[KIND.name].create(created_id(context), fields, digest, context)
    ports.directory.put_user(document)
    return user_view(document)


async def update(
    ports: Ports, user_id: str, command: UpdateUser | UpdateProfile, if_match: IfMatch, context: CallContext
) -> UserView:
    given = command.given()
    await _check_teams(ports, given.get("teams", {}))
    await _check_successor(ports, user_id, given.get("successor_id"))
    before = await get(ports, user_id) if "emails" in given else {}
    if given.get("admin") is False or given.get("active") is False:
        async with ports.administrators:
            document = await _update(ports, user_id, command, if_match, context)
    else:
        document = await _update(ports, user_id, command, if_match, context)
    if not document["active"]:
        await access.end(ports, user_id)
    if not document["active"] or before.get("emails", document["emails"]) != document["emails"]:
        # A link that was mailed to an address of somebody else must not let anybody in.
        await access.revoke_links(ports, user_id)
    return user_view(document)


async def _update(
    ports: Ports, user_id: str, command: UpdateUser | UpdateProfile, if_match: IfMatch, context: CallContext
) -> Document:
    async def guard(document: Document, members: Document) -> None:
        if _is_administrator(document) and not _is_administrator(document | members):
            await _check_another_administrator(ports, user_id)

    records, given, digest = ports.records[KIND.name], command.given(), command.digest()
    if given.get("active"):
        given["successor_id"] = None
    document = await records.update(user_id, given, digest, if_match, context, guard)
    ports.directory.put_user(document)
    return document


async def _check_another_administrator(ports: Ports, user_id: str) -> None:
    if not await ports.users.has_administrator(but=user_id):
        raise refuse(reasons.people.LAST_ADMINISTRATOR, pointer="/admin")


async def _check_teams(ports: Ports, team_ids: Iterable[str]) -> None:
    for team_id in team_ids:
        if await ports.directory.find_team(team_id) is None:
            raise refuse(reasons.people.ROLE_IN_UNKNOWN_TEAM, pointer=pointer(["teams", team_id]), team=team_id)


async def _check_successor(ports: Ports, user_id: str, successor_id: str | None) -> None:
    if successor_id is None:
        return
    if not _can_succeed(ports, user_id, successor_id):
        # Another gateway may have created the person a moment ago.
        await ports.directory.refresh()
    if not _can_succeed(ports, user_id, successor_id):
        raise refuse(reasons.people.SUCCESSOR_NO_AGENT, pointer="/successor_id")


def _can_succeed(ports: Ports, user_id: str, successor_id: str) -> bool:
    person = ports.directory.user(successor_id)
    return person is not None and person.active and person.viewer.agent and person.id != user_id


def _digest(secret: bytes, command: CreateUser) -> bytes:
    # The digest has a key because the body may hold a password, which a plain hash would help to guess.
    body = command.model_dump(mode="json")
    if command.password:
        body["password"] = command.password.get_secret_value()
    return hmac.digest(secret, json.dumps(body, sort_keys=True).encode(), "sha256")


def _is_administrator(document: Document) -> bool:
    return bool(document["admin"] and document["active"])
