"""Identifies the caller of an HTTP request. Every route and page depends on it."""

import hmac
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, OAuth2PasswordBearer

from gateway.actions.caller import Caller, require_admin
from gateway.kit import limits
from gateway.kit.client import Client
from gateway.kit.context import Origin
from gateway.kit.credential import Credential
from gateway.kit.forms import is_form, read_fields
from gateway.kit.mongo import translate_store_errors
from gateway.kit.settings import Settings
from gateway.people.directory import Person
from gateway.people.domain import device
from gateway.people.domain.session import Session
from gateway.people.usecases import sign_in
from gateway.people.usecases.api_key import PREFIX
from gateway.people.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse

COOKIE = "trackline_session"
DEVICE_COOKIE = "trackline_device"
DEVICE_DAYS = 365
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

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
    if found.session and not is_form(request):
        await _check_csrf(request, found.session)
    limits.trust(request, found.person.id)


async def _recognise(request: Request) -> Caller:
    people: Ports = request.app.state.parts.people
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip().startswith(PREFIX):
        return await _by_key(request, people, token.strip())
    if scheme.lower() == "bearer":
        return _caller(request, *sign_in.by_access_token(people, token.strip()))
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise refuse(reasons.access.SIGN_IN_FIRST)
    async with translate_store_errors():
        person, session = await sign_in.by_session(people, cookie, used=_is_used(request))
    # A page that refuses the request can do so in the person's language.
    request.state.person = person
    return _caller(request, person, sign_in.session_credential(session), session)


def _is_used(request: Request) -> bool:
    """Returns False for what an open page fetches by itself: its stream and what events change. A session ends after a
    time without use even if somebody left such a page open."""
    by_itself = "x-fragment" in request.headers or request.headers.get("accept") == "text/event-stream"
    return not by_itself


async def _by_key(request: Request, people: Ports, token: str) -> Caller:
    async with translate_store_errors():
        person, key = await sign_in.by_key(people, token)
    found = _caller(request, person, key.credential)
    # Checked last, so that a refusal is logged with its actor.
    key.check(request.method)
    return found


def _caller(request: Request, person: Person, credential: Credential, session: Session | None = None) -> Caller:
    state, viewer = request.scope["state"], credential.limit(person.viewer)
    # The logs name who asked, and with what.
    state.update(actor=viewer.id, credential=credential.label)
    timeout = request.app.state.settings.rpc_timeout_seconds
    origin = Origin(state["request_id"], state["traceparent"], timeout)
    quota = request.app.state.parts.quota
    return Caller(person, viewer, origin, credential, session, client_of(request), quota)


def client_of(request: Request) -> Client:
    address = request.client.host if request.client else "unknown"
    return Client(
        address,
        request.cookies.get(DEVICE_COOKIE, ""),
        request.scope["state"]["request_id"],
        request.headers.get("user-agent", ""),
    )


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
        max_age=int(settings.remembered_days * 24 * 3600) if session.remember else None,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def mark_device(request: Request, response: Response, user_id: str, settings: Settings) -> None:
    """Lets the browser be recognised when somebody signs in to the account again."""
    # The log line of the sign-in names who has signed in.
    request.scope["state"]["actor"] = user_id
    secret = settings.secret.get_secret_value().encode()
    response.set_cookie(
        DEVICE_COOKIE,
        device.add_mark(secret, user_id, request.cookies.get(DEVICE_COOKIE, "")),
        max_age=DEVICE_DAYS * 24 * 3600,
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
    if given is None and is_form(request):
        await read_fields(request, check)
    else:
        check(given or "")
