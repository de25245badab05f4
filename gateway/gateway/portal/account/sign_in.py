"""Signing in and out."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from gateway.actions import sign_in as actions
from gateway.actions.identity import clear_session, client_of, mark_device, set_session
from gateway.actions.parts import Gateway, Parts
from gateway.people.directory import Person
from gateway.portal.kit import csrf, flash, i18n, rendering
from gateway.portal.kit.forms import Form, Posted, form_reader, local_address
from gateway.portal.kit.visit import Visiting, set_visitor_language
from trackline_schemas.errors import ServiceError, reasons

router = APIRouter(include_in_schema=False)
SignInForm = Annotated[Form, Depends(form_reader({"password": i18n.noop("Password")}))]

WRONG = i18n.noop("The email address or the password is wrong.")
# The name of the reason → what the form says.
BUSY: Mapping[str, str] = {
    reasons.access.TOO_MANY_ATTEMPTS.name: i18n.noop(
        "Too many attempts. Wait a minute, or let us email you a link: with it you can sign in at once."
    ),
    reasons.access.TOO_MANY_SIGN_INS_AT_ONCE.name: i18n.noop(
        "Too many people are signing in at this moment. Try again in a few seconds."
    ),
}


async def use_visitor_language(request: Request) -> None:
    set_visitor_language(request)


@router.get("/sign-in", dependencies=[Depends(use_visitor_language)])
async def show(request: Request, parts: Gateway) -> Response:
    return _page(request, parts, local_address(request.query_params.get("next", "/")))


@router.post("/sign-in", dependencies=[Depends(use_visitor_language)])
async def sign_in(request: Request, parts: Gateway, form: SignInForm) -> Response:
    csrf.check(request, parts.settings, form.text("csrf_token"))
    after = local_address(form.text("next"))
    email, password = form.text("email"), form.text("password")
    try:
        session = await actions.start_session(
            parts, email, password, remember=bool(form.text("remember")), client=client_of(request)
        )
    except ServiceError as error:
        if error.code != "unauthenticated" and error.reason not in BUSY:
            raise
        return _page(request, parts, after, email, error)
    person = parts.people.directory.user(session.user_id)
    response = flash.redirect(_first_page(parts, person) if after == "/" else after)
    set_session(response, session, parts.settings)
    mark_device(request, response, session.user_id, parts.settings)
    return response


@router.post("/sign-out")
async def sign_out(visit: Visiting, form: Posted) -> Response:
    await actions.end_session(visit.parts, visit.caller)
    response = flash.redirect("/sign-in")
    clear_session(response, visit.parts.settings)
    return response


def _first_page(parts: Parts, person: Person | None) -> str:
    organisation = parts.people.directory.organisation
    if person and person.admin and not (organisation.version or organisation.skipped or organisation.dismissed):
        return "/setup"
    return "/desk" if person and person.viewer.agent else "/"


def _page(request: Request, parts: Gateway, after: str, email: str = "", error: ServiceError | None = None) -> Response:
    visitor_id = csrf.visitor_id(request)
    message = BUSY.get(error.reason, WRONG) if error else ""
    values = {
        "next": after,
        "email": email,
        "message": i18n.gettext(message) if message else "",
        "csrf_token": csrf.make_token(parts.settings, visitor_id),
    }
    response = rendering.page(request, "sign_in.html", values, error.status if error else 200)
    csrf.set_cookie(response, parts.settings, visitor_id)
    return response
