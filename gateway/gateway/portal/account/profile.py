"""The settings that people change for themselves: language, time zone, appearance and password."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import people, sessions
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import ChangePassword, CheckPassword, UpdateProfile
from gateway.portal.account.devices import name_device
from gateway.portal.account.strength import explain_strength
from gateway.portal.kit import flash, rendering
from gateway.portal.kit.forms import Form, Posted, field_errors, form_reader
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.unread import count_unread
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.kit.zones import zones
from trackline_schemas.errors import ServiceError

router = APIRouter(prefix="/profile", include_in_schema=False, dependencies=[Depends(store_errors)])
SECRETS = {"current": noop("Current password"), "new": noop("New password")}
PasswordForm = Annotated[Form, Depends(form_reader(SECRETS))]
StrengthForm = Annotated[Form, Depends(form_reader({"password": noop("Password")}))]


@router.get("")
async def show(visit: Visiting) -> Response:
    return await _page(visit)


@router.post("")
async def change(visit: Visiting, form: Posted) -> Response:
    given = {name: form.text(name) for name in ("language", "time_zone") if form.text(name)}
    try:
        command = UpdateProfile.model_validate(given)
    except ValidationError:
        return await _page(visit, {"profile": gettext("Choose a language and a time zone from the lists.")})
    await people.update_profile(visit.parts, visit.caller, command, key=form.key)
    return flash.redirect("/profile", "saved")


@router.post("/device")
async def device(form: Posted, _: Visiting) -> Response:
    """Stores appearance and single-key shortcuts in cookies, so that the first byte of a page already has them."""
    response = flash.redirect("/profile", "saved")
    _keep(response, rendering.THEME, form.text("theme"), ("light", "dark"))
    _keep(response, rendering.KEYS, form.text("single_keys"), ("off",))
    return response


def _keep(response: Response, cookie: str, chosen: str, known: tuple[str, ...]) -> None:
    if chosen in known:
        response.set_cookie(cookie, chosen, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
    else:
        response.delete_cookie(cookie)


@router.post("/password")
async def password(visit: Visiting, form: PasswordForm) -> Response:
    try:
        await _change_password(visit, form)
    except (ValidationError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.code == "throttled":
            message = gettext("Too many attempts. Wait a few minutes, then try again.")
            return await _page(visit, {"current": message}, error.status)
        errors = field_errors(error)
        if not errors:
            raise
        return await _page(visit, errors)
    return flash.redirect("/profile", "password")


@router.post("/password/strength")
async def strength(visit: Visiting, form: StrengthForm) -> Response:
    command = CheckPassword.model_validate({"password": form.text("password")})
    found = await people.judge_password(visit.parts, visit.caller, command)
    return visit.page("strength.html", strength=found, explanation=explain_strength(found))


@router.post("/sessions/end")
async def end_sessions(visit: Visiting, form: Posted) -> Response:
    """Signs the person out where the form says, or everywhere else."""
    chosen = form.text("session")
    if chosen:
        await _end_session(visit, chosen)
    else:
        await sessions.end_others(visit.parts, visit.caller)
    return flash.redirect("/profile#sessions", "signed_out" if chosen else "signed_out_others")


async def _end_session(visit: Visit, session_id: str) -> None:
    """Does nothing if the session has ended meanwhile."""
    try:
        await sessions.end_one(visit.parts, visit.caller, session_id)
    except ServiceError as error:
        if error.code != "not_found":
            raise


async def _change_password(visit: Visit, form: Form) -> None:
    command = ChangePassword.model_validate({"current": form.text("current"), "new": form.text("new")})
    await people.change_password(visit.parts, visit.caller, command)


async def _page(visit: Visit, errors: dict[str, str] | None = None, status: int = 422) -> Response:
    return visit.page(
        "profile.html",
        status if errors else 200,
        errors=errors or {},
        zones=zones(),
        sessions=await reads.list_sessions(visit.parts.people, visit.person.id, visit.caller.credential),
        name_device=name_device,
        unread=await count_unread(visit),
    )
