"""The gallery: every shared part of the portal in every state, for those who build pages."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import Response

from gateway.actions.caller import require_admin
from gateway.portal.kit import flash, i18n
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.settings.area import Area
from gateway.portal.settings.gallery import samples
from gateway.portal.settings.page import settings_page

router = APIRouter(prefix="/settings/gallery", include_in_schema=False)
AREA = Area(
    95,
    "/settings/gallery",
    "component",
    noop("Gallery"),
    noop("Every part of the pages in every state, for people who build Trackline"),
    router,
    also=noop("Components, design, style guide"),
    development=True,
)
# Each is a template `gallery_<group>.html`.
GROUPS = ("labels", "buttons", "forms", "texts", "messages", "lists", "frame")
LANGUAGES = [*i18n.list_languages(), (i18n.PSEUDO, "Longer by a third")]


def visit_of_developer(visit: Visiting) -> Visit:
    if not visit.parts.settings.development:
        raise HTTPException(404)
    require_admin(visit.caller)
    return visit


@router.get("")
async def show(
    visit: Annotated[Visit, Depends(visit_of_developer)],
    group: str = "",
    language: str = "",
    direction: Annotated[str, Query(alias="dir")] = "",
    toast: str = "",
) -> Response:
    if language in i18n.LANGUAGES:
        i18n.use(language, visit.person.time_zone)
    values: dict[str, Any] = {
        "samples": samples,
        "groups": GROUPS,
        "shown": [group] if group in GROUPS else GROUPS,
        "languages": LANGUAGES,
        "rtl": direction == "rtl",
        "formatted": await visit.parts.renderer.render(samples.MARKDOWN, visit.person.id, "comment"),
    }
    if toast:
        # The steps lead to no ticket.
        values["toast"] = flash.Toast(samples.LONG, ["INC-0:0"], i18n.gettext("Undo"))
    return await settings_page(visit, "gallery.html", **values)
