"""Identifies the caller of an HTTP request. Every route and page depends on it."""

import hmac
import time
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, OAuth2PasswordBearer

from gateway.actions.caller import Caller, require_admin
from gateway.kit import limits
from gateway.kit.context import Origin
from gateway.kit.forms import read_fields
from gateway.kit.mongo import translate_store_errors
from gateway.kit.settings import Settings
from gateway.people.directory import Person
from gateway.people.domain.session import LONGEST, Session
from gateway.people.domain.token import ACCESS
from gateway.people.usecases import sign_in
from gateway.people.usecases.api_key import PREFIX
from gateway.people.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer

COOKIE = "trackline_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

# These two only describe the security schemes in the OpenAPI document. `identify` does the work.
_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="Over https its name is `__Host-trackline_session`.")


async def identify(request: Request) -> Caller:
    """By access token or API key, else by session cookie; a write with the cookie needs its CSRF token. Raises
    ServiceError unauthenticated or forbidden."""
    found = await _recognise(request)
    limits.trust(request, found.person.id)
    if found.session:
        await _check_csrf(request, found.session)
    return found


async def admit(request: Request) -> None:
    """Identifies the sender of a large body before it is read. The token in a form is checked when the form is read."""
    found = await _recognise(request)
    if found.session and not _is_form(request):
        await _check_csrf(request, found.session)
    limits.trust(request, found.person.id)


async def _recognise(request: Request) -> Caller:
    people: Ports = request.app.state.parts.people
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip().startswith(PREFIX):
        return await _by_key(request, people, token.strip())
    if scheme.lower() == "bearer":
        person, access = sign_in.by_access_token(people, token.strip())
        return _caller(request, person, person.viewer, None, access.expires_at)
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise refuse(reasons.access.SIGN_IN_FIRST)
    async with translate_store_errors():
        person, session = await sign_in.by_session(people, cookie)
    # A page that refuses the request can do so in the person's language.
    request.state.person = person
    return _caller(request, person, person.viewer, session, session.expires_at.timestamp())


async def _by_key(request: Request, people: Ports, token: str) -> Caller:
    async with translate_store_errors():
        person, key = await sign_in.by_key(people, token)
    key.check(request.method)
    # A live stream ends like one with an access token: a key that was revoked does not listen for ever.
    return _caller(request, person, key.limit(person.viewer), None, time.time() + ACCESS.total_seconds())


def _caller(
    request: Request, person: Person, viewer: Viewer, session: Session | None, expires_at: float | None
) -> Caller:
    state = request.scope["state"]
    # The log line of the request names the actor.
    state["actor"] = viewer.id
    timeout = request.app.state.settings.rpc_timeout_seconds
    origin = Origin(state["request_id"], state["traceparent"], timeout)
    return Caller(person, viewer, origin, session, expires_at, client_address(request))


def client_address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


async def caller(
    request: Request,
    _described_bearer: Annotated[str | None, Depends(_bearer)],
    _described_cookie: Annotated[str | None, Depends(_cookie)],
) -> Caller:
    return await identify(request)


CurrentCaller = Annotated[Caller, Depends(caller)]


async def administrator(caller: CurrentCaller) -> Caller:
    require_admin(caller)
    return caller


Administrator = Annotated[Caller, Depends(administrator)]


def set_session(response: Response, session: Session, settings: Settings) -> None:
    """Sets the session cookie. Without `remember` it lasts until the browser closes."""
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int(LONGEST.total_seconds()) if session.remember else None,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def clear_session(response: Response, settings: Settings) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=settings.secure)


async def _check_csrf(request: Request, session: Session) -> None:
    if request.method in _SAFE:
        return

    def check(given: str) -> None:
        if not hmac.compare_digest(given.encode(), session.csrf_token.encode()):
            raise refuse(reasons.requests.CSRF_TOKEN_WRONG, header=CSRF_HEADER)

    given = request.headers.get(CSRF_HEADER)
    if given is None and _is_form(request):
        await read_fields(request, check)
    else:
        check(given or "")


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(_FORMS)
