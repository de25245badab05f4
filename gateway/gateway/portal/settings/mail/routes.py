"""How email is sent: the server, the sender, and a test email."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import mail as actions
from gateway.kit.mongo import store_errors
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Form, Posted, field_errors, form_reader, local_address
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page
from trackline_schemas.notifications import UpdateMailSettings

router = APIRouter(prefix="/settings/mail", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    60,
    "/settings/mail",
    "mail",
    noop("Email"),
    noop("Server, sender, test email"),
    router,
    also=noop("SMTP, outgoing mail, host, port, TLS, from address, notifications"),
)

# The URL of the server may hold a password.
MailForm = Annotated[Form, Depends(form_reader({"smtp_url": noop("Mail server")}))]


@router.get("")
async def mail(visit: AdminVisit) -> Response:
    return await mail_page(visit)


@router.post("")
async def change_mail(visit: AdminVisit, form: MailForm) -> Response:
    """Keeps the present server if the field is empty, because the page does not show its password."""
    given: dict[str, str | None] = {}
    given |= {name: form.text(name) for name in ("smtp_url", "mail_from") if form.text(name).strip()}
    given |= dict.fromkeys(("smtp_url", "mail_from")) if form.text("environment") else {}
    try:
        command = UpdateMailSettings.model_validate(given)
    except ValidationError as error:
        return await mail_page(visit, form, field_errors(error))
    await actions.update(visit.parts, visit.caller, command, key=form.key)
    return flash.redirect(local_address(form.text("next"), "/settings/mail"), "saved")


@router.post("/test")
async def test_mail(visit: AdminVisit, form: Posted) -> Response:
    await actions.send_test(visit.parts, visit.caller, form.key)
    return flash.redirect(local_address(form.text("next"), "/settings/mail") + "#test")


async def mail_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    current = await visit.parts.notifications.mail_settings(visit.reading())
    return await settings_page(
        visit,
        "mail_settings.html",
        mail=current,
        mail_from=form.text("mail_from") if form else current.mail_from,
        errors=errors,
    )
