"""The settings that people change for themselves: language, time zone, appearance and password."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import people
from gateway.kit.mongo import store_errors
from gateway.people.models import ChangePassword, UpdateProfile
from gateway.portal.kit import desk_frame, flash, rendering
from gateway.portal.kit.forms import Form, Posted
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.kit.zones import zones
from trackline_schemas.errors import ServiceError

router = APIRouter(prefix="/profile", include_in_schema=False, dependencies=[Depends(store_errors)])


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
async def password(visit: Visiting, form: Posted) -> Response:
    try:
        await _change_password(visit, form)
    except ValidationError:
        return await _page(visit, {"new": gettext("A password must have 8 to 200 characters.")})
    except ServiceError as error:
        if error.code == "throttled":
            return await _page(
                visit, {"current": gettext("Too many attempts. Wait a few minutes, then try again.")}, error.status
            )
        if error.code != "invalid":
            raise
        return await _page(visit, {"current": gettext("This is not your current password.")})
    return flash.redirect("/profile", "password")


async def _change_password(visit: Visit, form: Form) -> None:
    command = ChangePassword.model_validate({"current": form.text("current"), "new": form.text("new")})
    await people.change_password(visit.parts, visit.caller, command)


async def _page(visit: Visit, errors: dict[str, str] | None = None, status: int = 422) -> Response:
    return visit.page(
        "profile.html",
        status if errors else 200,
        errors=errors or {},
        zones=zones(),
        unread=await desk_frame.count_unread(visit),
    )
