"""How mail goes out: the server, the sender, a test mail."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import mail as actions
from gateway.kit.mongo import store_errors
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Form, Posted, mistakes, own_address
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import Administering, settings_page
from trackline_schemas.notifications import UpdateMailSettings

router = APIRouter(prefix="/settings/mail", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    60,
    "/settings/mail",
    "mail",
    noop("Mail"),
    noop("Server, sender, test mail"),
    router,
)


@router.get("")
async def mail(visit: Administering) -> Response:
    return await mail_page(visit)


@router.post("")
async def change_mail(visit: Administering, form: Posted) -> Response:
    """An empty server keeps the one that is set: its password is not shown, so it cannot be sent back."""
    given: dict[str, str | None] = {}
    given |= {name: form.text(name) for name in ("smtp_url", "mail_from") if form.text(name)}
    given |= dict.fromkeys(("smtp_url", "mail_from")) if form.text("environment") else {}
    try:
        command = UpdateMailSettings.model_validate(given)
    except ValidationError as error:
        return await mail_page(visit, form, mistakes(error))
    await actions.update(visit.parts, visit.caller, command, key=form.key)
    return flash.redirect(own_address(form.text("next"), "/settings/mail"), "saved")


@router.post("/test")
async def test_mail(visit: Administering, form: Posted) -> Response:
    await actions.send_test(visit.parts, visit.caller, form.key)
    return flash.redirect(own_address(form.text("next"), "/settings/mail") + "#test")


async def mail_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    current = await visit.parts.notifications.mail_settings(visit.reading())
    return await settings_page(
        visit,
        "mail_settings.html",
        mail=current,
        mail_from=form.text("mail_from") if form else current.mail_from,
        errors=errors,
    )
