"""Accounts: who there is, what they may do, how they get in."""

import hmac
import json
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from gateway.people.directory import Directory
from gateway.people.models import CreateUser, PersonView, UpdateProfile, UpdateUser, UserView
from gateway.people.usecases.ids import key_of
from gateway.people.usecases.link import Links
from gateway.people.usecases.organisation import Organisations
from gateway.people.usecases.ports import Passwords, RefreshTokens, Sessions, Throttle, UserStore
from gateway.people.usecases.views import person_view, user_view
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import pointer, reasons, refuse
from trackline_schemas.events import USER_CHANGED, UserChanged
from trackline_schemas.paging import Page
from trackline_schemas.records.kind import RecordKind, anybody

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
)


class Users:
    def __init__(
        self,
        store: UserStore,
        records: AsyncRecords,
        administrators: AbstractAsyncContextManager[None],
        directory: Directory,
        passwords: Passwords,
        throttle: Throttle,
        sessions: Sessions,
        refresh: RefreshTokens,
        links: Links,
        organisation: Organisations,
        secret: bytes,
    ) -> None:
        self._store = store
        self.records = records
        self._administrators = administrators
        self._directory = directory
        self._passwords = passwords
        self._throttle = throttle
        self._sessions = sessions
        self._refresh = refresh
        self._links = links
        self._organisation = organisation
        self._secret = secret

    async def get(self, user_id: str) -> UserView:
        return user_view(await self.records.get(user_id))

    async def create(self, context: CallContext, command: CreateUser) -> UserView:
        await self._check_teams(command.teams)
        fields = command.model_dump(exclude={"password"})
        for name in {"language", "time_zone"} - command.model_fields_set:
            fields[name] = getattr(self._organisation.current, name)
        if command.password:
            fields["password_hash"] = await self._passwords.hash(command.password.get_secret_value())
        document = await self.records.create(key_of(context.command_id), fields, self._hash(command), context)
        self._directory.put_user(document)
        return user_view(document)

    async def update(
        self, context: CallContext, user_id: str, command: UpdateUser | UpdateProfile, if_match: int | None
    ) -> UserView:
        given = command.given()
        await self._check_teams(given.get("teams", {}))
        before = await self.records.get(user_id) if "emails" in given else {}
        if given.get("admin") is False or given.get("active") is False:
            async with self._administrators:
                document = await self._change(context, user_id, command, if_match)
        else:
            document = await self._change(context, user_id, command, if_match)
        if not document["active"]:
            await self._sign_out_everywhere(user_id)
        if not document["active"] or before.get("emails", document["emails"]) != document["emails"]:
            # What was mailed to an address that is no longer theirs must not let anybody in.
            await self._links.revoke_all(user_id)
        return user_view(document)

    async def invite(self, context: CallContext, user_id: str) -> None:
        """By mail. Raises ServiceError conflict for whoever has a password or is not active."""
        await self._links.invite(context, await self.records.get(user_id))

    async def ask_for_link(self, email: str, address: str) -> None:
        """Counts an attempt; the mail itself is `send_link`'s."""
        await self._throttle.admit(f"forgotten {email}", f"forgotten {address}")

    async def send_link(self, email: str) -> None:
        """Apart from `ask_for_link`, so that the answer takes as long for an address that nobody has."""
        await self._links.forgotten(email)

    async def by_link(self, token: str) -> PersonView | None:
        """Returns the person whom the link lets in."""
        holder = await self._links.holder(token)
        return person_view(holder) if holder else None

    async def set_password_by_link(self, token: str, password: str) -> str:
        """The person's id. Raises ServiceError invalid for a link that does not work any more."""
        user_id = await self._links.take(token)
        await self.set_password(user_id, password)
        return user_id

    async def set_password(self, user_id: str, password: str, keep_session: str | None = None) -> None:
        """Ends all other sessions and tokens of the person."""
        document = await self.records.get(user_id)
        password_hash, at = await self._passwords.hash(password), datetime.now(UTC)
        stored = await self._store.set_password(user_id, password_hash, at)
        self._directory.put_user({**(stored or document), "credentials_at": at})
        await self._sign_out_everywhere(user_id, keep_session)
        await self._links.revoke_all(user_id)

    async def change_password(
        self, user_id: str, current: str, new: str, address: str, keep_session: str | None
    ) -> None:
        document = await self.records.get(user_id)
        account = document["emails"][0]
        await self._throttle.admit(account, address)
        if not await self._passwords.verify(document.get("password_hash"), current):
            raise refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer="/current")
        await self._throttle.succeeded(account, address)
        await self.set_password(user_id, new, keep_session)

    async def list(
        self, *, q: str = "", team_id: str | None = None, active: bool | None = None, size: int, after: str | None
    ) -> Page[UserView]:
        """Sorts by name. `q` is a part of the name or of an address."""
        page = await self._store.page(q, team_id, active, size, after)
        return Page(items=[user_view(document) for document in page.items], after=page.after)

    async def _change(
        self, context: CallContext, user_id: str, command: UpdateUser | UpdateProfile, if_match: int | None
    ) -> Document:
        async def guard(document: Document, members: Document) -> None:
            if _is_administrator(document) and not _is_administrator(document | members):
                await self._check_another_administrator(user_id)

        given, digest = command.given(), command.digest()
        document = await self.records.update(user_id, given, digest, if_match, context, guard)
        self._directory.put_user(document)
        return document

    async def _check_another_administrator(self, user_id: str) -> None:
        if not await self._store.has_administrator(but=user_id):
            raise refuse(reasons.people.LAST_ADMINISTRATOR, pointer="/admin")

    async def _sign_out_everywhere(self, user_id: str, keep_session: str | None = None) -> None:
        await self._sessions.end_all(user_id, but=keep_session)
        await self._refresh.revoke_all(user_id)

    async def _check_teams(self, teams: dict[str, Any]) -> None:
        for team_id in teams:
            if await self._directory.find_team(team_id) is None:
                raise refuse(reasons.people.ROLE_IN_UNKNOWN_TEAM, pointer=pointer(["teams", team_id]), team=team_id)

    def _hash(self, command: BaseModel) -> bytes:
        # Keyed: the body holds a password, and a bare hash of it would be a quick way to guess that.
        body = command.model_dump(mode="json")
        if isinstance(command, CreateUser) and command.password:
            body["password"] = command.password.get_secret_value()
        return hmac.digest(self._secret, json.dumps(body, sort_keys=True).encode(), "sha256")


def _is_administrator(document: Document) -> bool:
    return bool(document["admin"] and document["active"])
