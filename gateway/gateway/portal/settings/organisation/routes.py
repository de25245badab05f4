"""The name, language and time zone of the organisation."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import organisation as actions
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import UpdateOrganisation
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Form, Posted, field_errors, local_address
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.kit.zones import zones
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page

router = APIRouter(prefix="/settings/organisation", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    50,
    "/settings/organisation",
    "building-2",
    noop("Organisation"),
    noop("Name, language and time zone"),
    router,
    also=noop("Company, brand, default language, locale"),
)


@router.get("")
async def organisation(visit: AdminVisit) -> Response:
    return await organisation_page(visit)


@router.post("")
async def change_organisation(visit: AdminVisit, form: Posted) -> Response:
    given = {name: form.text(name) for name in ("name", "language", "time_zone")}
    try:
        command = UpdateOrganisation.model_validate(given)
        await actions.update(visit.parts, visit.caller, command, key=form.key)
    except ValidationError as error:
        return await organisation_page(visit, form, field_errors(error))
    return flash.redirect(local_address(form.text("next"), "/settings/organisation"), "saved")


async def organisation_page(visit: Visit, form: Form | None = None, errors: dict[str, str] | None = None) -> Response:
    current = await reads.get_organisation(visit.parts.people)
    typed = {name: form.text(name) for name in ("name", "language", "time_zone")} if form else {}
    return await settings_page(
        visit,
        "organisation.html",
        shown=current.model_dump() | typed,
        errors=errors,
        zones=zones(),
    )
