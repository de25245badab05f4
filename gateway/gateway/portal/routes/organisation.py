"""What the organisation is called and how it speaks; how its mail goes out."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.mongo import store_errors
from gateway.people.models import UpdateOrganisation
from gateway.portal import flash
from gateway.portal.administering import Administering, settings_page
from gateway.portal.forms import Form, Posted, mistakes, own_address
from gateway.portal.i18n import gettext
from gateway.portal.routes.profile import zones
from gateway.portal.visit import Visit
from trackline_schemas.notifications import UpdateMailSettings

router = APIRouter(prefix="/settings", include_in_schema=False, dependencies=[Depends(store_errors)])


@router.get("/organisation")
async def organisation(visit: Administering) -> Response:
    return await organisation_page(visit)


@router.post("/organisation")
async def change_organisation(visit: Administering, form: Posted) -> Response:
    given = {name: form.text(name) for name in ("name", "language", "time_zone")}
    try:
        command = UpdateOrganisation.model_validate(given)
        await visit.parts.people.organisation.update(visit.writing("organisation.update", form.key), command, None)
    except ValidationError as error:
        return await organisation_page(visit, form, mistakes(error))
    return flash.redirect(own_address(form.text("next"), "/settings/organisation"), "saved")


async def organisation_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    current = await visit.parts.people.organisation.refresh()
    typed = {name: form.text(name) for name in ("name", "language", "time_zone")} if form else {}
    return await settings_page(
        visit,
        "organisation.html",
        shown=current.model_dump() | typed,
        errors=errors,
        zones=zones(),
    )


@router.get("/mail")
async def mail(visit: Administering) -> Response:
    return await mail_page(visit)


@router.post("/mail")
async def change_mail(visit: Administering, form: Posted) -> Response:
    """An empty server keeps the one that is set: its password is not shown, so it cannot be sent back."""
    given: dict[str, str | None] = {}
    given |= {name: form.text(name) for name in ("smtp_url", "mail_from") if form.text(name)}
    given |= dict.fromkeys(("smtp_url", "mail_from")) if form.text("environment") else {}
    try:
        command = UpdateMailSettings.model_validate(given)
    except ValidationError as error:
        return await mail_page(visit, form, _mail_mistakes(error))
    await visit.parts.notifications.update_mail_settings(visit.writing("mail.update", form.key), command)
    return flash.redirect(own_address(form.text("next"), "/settings/mail"), "saved")


@router.post("/mail/test")
async def test_mail(visit: Administering, form: Posted) -> Response:
    await visit.parts.notifications.send_test_mail(visit.writing("mail.test", form.key))
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


def _mail_mistakes(error: ValidationError) -> dict[str, str]:
    said = {
        "smtp_url": gettext(
            "It must look like smtp://user:password@mail.example.org:587, or smtps:// for TLS at once."
        ),
        "mail_from": gettext("It must look like Service Desk <help@example.org>."),
    }
    return {name: said.get(name, text) for name, text in mistakes(error).items()}
