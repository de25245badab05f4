"""API keys: create one, see it once, see when each was last used, revoke it."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import api_keys
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import CreateApiKey
from gateway.portal.kit import flash, words
from gateway.portal.kit.forms import Posted, field_errors
from gateway.portal.kit.i18n import ngettext, noop
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

# for how many days a key works
LIVES = (30, 90, 365, 730)
DAYS = 365
MOST_DAYS = 730


@router.get("")
async def keys(visit: AdminVisit) -> Response:
    return await _page(visit)


@router.post("")
async def create(visit: AdminVisit, form: Posted) -> Response:
    """Answers with a page instead of a redirect, because this is the only time that the key can be shown."""
    days = form.number("days") or DAYS
    expires_at = datetime.now(UTC) + timedelta(days=min(days, MOST_DAYS))
    try:
        command = CreateApiKey.model_validate(
            {"name": form.text("name"), "scope": form.text("scope"), "expires_at": expires_at}
        )
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
    scopes = [(name, words.label(words.KEY_SCOPES, name)) for name in words.KEY_SCOPES]
    lives = [(days, ngettext("%(num)d day", "%(num)d days", days) % {"num": days}) for days in LIVES]
    return await settings_page(
        visit,
        "api_keys.html",
        keys=rows,
        scopes=scopes,
        lives=lives,
        days=DAYS,
        now=datetime.now(UTC),
        made=made,
        errors=errors,
    )
