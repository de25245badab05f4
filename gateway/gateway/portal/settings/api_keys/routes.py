"""API keys: create one, see it once, see when each was last used, revoke it."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import api_keys
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import CreateApiKey
from gateway.portal.kit import flash, words
from gateway.portal.kit.forms import Form, Posted, field_errors
from gateway.portal.kit.i18n import ngettext, noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import CORRECTABLE, AdminVisit, settings_page
from trackline_schemas.errors import ServiceError

router = APIRouter(prefix="/settings/api-keys", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    70,
    "/settings/api-keys",
    "key-round",
    noop("API keys"),
    noop("Access for scripts and other systems"),
    router,
    also=noop("Tokens, REST, integrations, secrets"),
)

# for how many days a key works
LIVES = (30, 90, 365, 730)
DAYS = 365


@router.get("")
async def keys(visit: AdminVisit) -> Response:
    return await _page(visit)


@router.post("")
async def create(visit: AdminVisit, form: Posted) -> Response:
    """Answers with a page instead of a redirect, because this is the only time that the key can be shown."""
    # What is no number is refused like a number that is too small or too large.
    days = (form.number("days") or 0) if form.text("days") else DAYS
    try:
        command = CreateApiKey.model_validate({"name": form.text("name"), "scope": form.text("scope"), "days": days})
        made = await api_keys.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.code not in CORRECTABLE:
            raise
        message = explain(error) if isinstance(error, ServiceError) and not field_errors(error) else ""
        return await _page(visit, form, errors=field_errors(error), message=message)
    return await _page(visit, made=made.key or "")


@router.post("/{key_id}/revoke")
async def revoke(key_id: str, visit: AdminVisit, form: Posted) -> Response:
    """Does nothing if the key was revoked meanwhile, for example by the first of two clicks."""
    try:
        await api_keys.revoke(visit.parts, visit.caller, key_id)
    except ServiceError as error:
        if error.code != "not_found":
            raise
    return flash.redirect("/settings/api-keys", "revoked")


async def _page(
    visit: Visit, form: Form | None = None, *, made: str = "", errors: dict[str, str] | None = None, message: str = ""
) -> Response:
    rows = await reads.list_api_keys(visit.parts.people)
    scopes = [(name, words.label(words.KEY_SCOPES, name)) for name in words.KEY_SCOPES]
    lives = [(days, ngettext("%(num)d day", "%(num)d days", days) % {"num": days}) for days in LIVES]
    return await settings_page(
        visit,
        "api_keys.html",
        keys=rows,
        scopes=scopes,
        lives=lives,
        form=form or Form(days=[str(DAYS)]),
        now=datetime.now(UTC),
        made=made,
        errors=errors,
        message=message,
    )
