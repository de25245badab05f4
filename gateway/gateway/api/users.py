"""Accounts: the people who use Trackline."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.convertors import StringConvertor, register_url_convertor

from gateway.actions import people, sessions
from gateway.actions.caller import Caller
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, IfMatch, etag_responses, not_modified, require_json, set_etag
from gateway.api.shapes import Listing, PageAfter, PageSize, ShortList, listing
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import (
    ChangePassword,
    ContactView,
    CreateUser,
    SessionView,
    SetPassword,
    UpdateProfile,
    UpdateUser,
    UserView,
)
from trackline_schemas.errors import not_found

router = APIRouter(prefix="/api/v1/users", tags=["people"], dependencies=[Depends(store_errors), Depends(require_json)])
AnyView = UserView | ContactView
SessionId = Annotated[str, Path(pattern=r"^([0-9a-f]{32}|[0-9a-f]{64})$")]


class UserIdConvertor(StringConvertor):
    """`me` has addresses of its own, and what is described for an id does not hold there."""

    regex = "(?!me(?:/|$))[^/]+"


register_url_convertor("user", UserIdConvertor())


@router.post("", summary="Create an account", status_code=201)
async def create_user(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    command: CreateUser,
    key: IdempotencyKey = None,
) -> UserView:
    """Administrators may create any account. Agents may create one without rights and without a password, for somebody
    who calls."""
    user = await people.create(parts, caller, command, key)
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    return set_etag(response, user)


@router.get("", summary="Find people")
async def list_users(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    size: PageSize = 25,
    after: PageAfter = None,
    q: Annotated[
        str,
        Query(
            max_length=200,
            pattern=r"^[^\x00-\x1f]*$",
            description="Each word is a part of the name or of an e-mail address. Case and marks do not matter. "
            'People as mail programs write them, such as "Brown, Bea" <bea@example.org>, are found by their addresses; '
            "separate several by semicolons. A complete address finds its owner or nobody.",
        ),
    ] = "",
    team_id: Annotated[
        str | None, Query(max_length=64, pattern=r"^[\w-]+$", description="Only members of this team.")
    ] = None,
    active: bool | None = None,
) -> Listing[AnyView]:
    """Lists people by name. Administrators see all accounts, agents see active people by name and address, and
    everybody else sees their own account."""
    if not caller.viewer.agent:
        return listing(request, [await reads.get_user(parts.people, caller.person.id)], None)
    if not caller.viewer.admin:
        active = True
    page = await reads.list_users(parts.people, q=q, team_id=team_id, active=active, size=size, after=after)
    return listing(request, [_view_for(caller, user) for user in page.items], page.after)


@router.get("/me", summary="Read my account", response_model=UserView, responses=etag_responses())
async def get_me(request: Request, response: Response, parts: Gateway, caller: CurrentCaller) -> UserView | Response:
    account = await reads.get_user(parts.people, caller.person.id)
    return not_modified(request, account) or set_etag(response, account)


@router.patch("/me", summary="Change my profile")
async def update_me(
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    command: UpdateProfile,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> UserView:
    return set_etag(response, await people.update_profile(parts, caller, command, version, key))


@router.post("/me/password", summary="Change my password", status_code=204)
async def change_my_password(parts: Gateway, caller: CurrentCaller, command: ChangePassword) -> None:
    """This ends all access tokens, refresh tokens and sessions of the caller, except the session of this request."""
    await people.change_password(parts, caller, command)


@router.get("/me/sessions", summary="List where I am signed in")
async def list_my_sessions(parts: Gateway, caller: CurrentCaller, short: ShortList) -> Listing[SessionView]:
    """Browsers and apps, the one of this request first, then the last used ones."""
    return short.listing(await reads.list_sessions(parts.people, caller.person.id, caller.credential))


@router.delete("/me/sessions", summary="Sign out everywhere else", status_code=204)
async def end_my_other_sessions(parts: Gateway, caller: CurrentCaller) -> None:
    """The session or the refresh token of this request goes on. The access token of an app expires within 15
    minutes."""
    await sessions.end_others(parts, caller)


@router.delete("/me/sessions/{session_id}", summary="Sign out somewhere", status_code=204)
async def end_my_session(parts: Gateway, caller: CurrentCaller, session_id: SessionId) -> None:
    """A browser is signed out at once. The access token of an app expires within 15 minutes."""
    await sessions.end_one(parts, caller, session_id)


@router.get("/{user_id:user}", summary="Read an account", response_model=AnyView, responses=etag_responses())
async def get_user(
    request: Request, response: Response, parts: Gateway, caller: CurrentCaller, user_id: str
) -> AnyView | Response:
    if not caller.viewer.agent and user_id != caller.person.id:
        raise not_found("user", user_id)
    account = await reads.get_user(parts.people, user_id)
    unchanged = not_modified(request, account)
    if unchanged:
        return unchanged
    set_etag(response, account)
    return _view_for(caller, account)


@router.patch("/{user_id:user}", summary="Change an account")
async def update_user(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    user_id: str,
    command: UpdateUser,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> UserView:
    """Deactivating an account ends the person's access at once."""
    return set_etag(response, await people.update(parts, caller, user_id, command, version, key))


@router.post("/{user_id:user}/invitation", summary="Invite somebody", status_code=204)
async def invite_user(parts: Gateway, caller: Administrator, user_id: str, key: IdempotencyKey = None) -> None:
    """Mails a link for choosing a password, which works once, within seven days. An earlier invitation stops
    working. A repeat with the same Idempotency-Key mails no second link."""
    await people.invite(parts, caller, user_id, key)


@router.put("/{user_id:user}/password", summary="Set a password", status_code=204)
async def set_password(parts: Gateway, caller: Administrator, user_id: str, command: SetPassword) -> None:
    """This ends all tokens and sessions of the person."""
    await people.set_password(parts, caller, user_id, command)


def _view_for(caller: Caller, user: UserView) -> AnyView:
    if caller.viewer.admin or user.id == caller.person.id:
        return user
    return ContactView.model_validate(user.model_dump(include=set(ContactView.model_fields)))
