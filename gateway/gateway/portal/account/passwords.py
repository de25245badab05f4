"""Asking for a password link, and choosing a password with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import people, sign_in
from gateway.actions.identity import client_of, mark_device, set_session
from gateway.actions.parts import Gateway
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import CheckPassword, ForgottenPassword, PasswordByLink, PersonView
from gateway.portal.account.sign_in import use_visitor_language
from gateway.portal.account.strength import explain_strength
from gateway.portal.kit import csrf, flash, rendering
from gateway.portal.kit.forms import Form, Posted, field_errors, form_reader
from gateway.portal.kit.i18n import gettext, noop
from trackline_schemas.errors import ServiceError

router = APIRouter(include_in_schema=False, dependencies=[Depends(use_visitor_language), Depends(store_errors)])
# The link lets anybody choose the password. People do not type it: it comes from the mail.
ChoiceForm = Annotated[Form, Depends(form_reader({"link": "", "password": noop("Password")}))]


@router.get("/forgotten")
async def ask(request: Request, parts: Gateway) -> Response:
    return _page(request, parts, "forgotten.html", email="", message="", sent=False)


@router.post("/forgotten")
async def send(request: Request, parts: Gateway, form: Posted) -> Response:
    csrf.check(request, parts.settings, form.text("csrf_token"))
    email = form.text("email")
    try:
        await people.ask_for_link(parts, ForgottenPassword(email=email), client_of(request))
    except ValidationError as error:
        message = field_errors(error)["email"]
        return _page(request, parts, "forgotten.html", 422, email=email, message=message, sent=False)
    except ServiceError as error:
        if error.code != "throttled":
            raise
        message = gettext("Too many attempts. Wait a few minutes, then try again.")
        return _page(request, parts, "forgotten.html", 429, email=email, message=message, sent=False)
    return _page(request, parts, "forgotten.html", email=email, message="", sent=True)


@router.get("/password")
async def choose(request: Request, parts: Gateway, link: str = "") -> Response:
    person = await reads.find_link_holder(parts.people, link)
    return _choice(request, parts, link, person)


@router.post("/password")
async def set_password(request: Request, parts: Gateway, form: ChoiceForm) -> Response:
    csrf.check(request, parts.settings, form.text("csrf_token"))
    link = form.text("link")
    person = await reads.find_link_holder(parts.people, link)
    if person is None:
        return _choice(request, parts, link, None)
    try:
        given = PasswordByLink.model_validate({"link": link, "password": form.text("password")})
        session = await sign_in.start_session_by_link(parts, given, client_of(request))
    except (ValidationError, ServiceError) as error:
        message = field_errors(error).get("password")
        if message is None:
            raise
        return _choice(request, parts, link, person, message)
    signed_in = parts.people.directory.user(session.user_id)
    response = flash.redirect("/desk" if signed_in and signed_in.viewer.agent else "/", "welcome")
    set_session(response, session, parts.settings)
    mark_device(request, response, session.user_id, parts.settings)
    return response


@router.post("/password/strength")
async def strength(request: Request, parts: Gateway, form: ChoiceForm) -> Response:
    csrf.check(request, parts.settings, form.text("csrf_token"))
    asked = CheckPassword.model_validate({"link": form.text("link"), "password": form.text("password")})
    found = await people.judge_password_of_link(parts, asked)
    return rendering.page(request, "strength.html", {"strength": found, "explanation": explain_strength(found)})


def _choice(request: Request, parts: Gateway, link: str, person: PersonView | None, message: str = "") -> Response:
    status = 404 if person is None else 422 if message else 200
    return _page(request, parts, "choose_password.html", status, link=link, person=person, message=message)


def _page(request: Request, parts: Gateway, template: str, status: int = 200, **values: object) -> Response:
    visitor_id = csrf.visitor_id(request)
    token = csrf.make_token(parts.settings, visitor_id)
    response = rendering.page(request, template, {"csrf_token": token, **values}, status)
    csrf.set_cookie(response, parts.settings, visitor_id)
    return response
