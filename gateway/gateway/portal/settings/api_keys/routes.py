"""API keys: create one, see it once, see when each was last used, revoke it."""

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import api_keys
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import CreateApiKey
from gateway.portal.kit import flash
from gateway.portal.kit.forms import Posted, field_errors
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page

router = APIRouter(prefix="/settings/api-keys", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    70,
    "/settings/api-keys",
    "key-round",
    noop("API keys"),
    noop("Access for scripts and other systems"),
    router,
)


@router.get("")
async def keys(visit: AdminVisit) -> Response:
    return await _page(visit)


@router.post("")
async def create(visit: AdminVisit, form: Posted) -> Response:
    """Answers with a page instead of a redirect, because this is the only time that the key can be shown."""
    try:
        command = CreateApiKey.model_validate({"name": form.text("name"), "scope": form.text("scope")})
    except ValidationError as error:
        return await _page(visit, errors=field_errors(error))
    made = await api_keys.create(visit.parts, visit.caller, command)
    return await _page(visit, made=made.key or "")


@router.post("/{key_id}/revoke")
async def revoke(key_id: str, visit: AdminVisit, form: Posted) -> Response:
    await api_keys.revoke(visit.parts, visit.caller, key_id)
    return flash.redirect("/settings/api-keys", "revoked")


async def _page(visit: Visit, made: str = "", errors: dict[str, str] | None = None) -> Response:
    rows = await reads.list_api_keys(visit.parts.people)
    return await settings_page(visit, "api_keys.html", keys=rows, made=made, errors=errors)
