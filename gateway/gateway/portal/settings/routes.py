"""The index of the settings. Its search covers the titles and texts of the areas."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.kit.i18n import gettext
from gateway.portal.settings import __path__ as FOLDERS
from gateway.portal.settings.area import find_areas, order_routers
from gateway.portal.settings.page import AdminVisit, settings_page
from trackline_schemas.text.keys import search_text, search_words

router = APIRouter(include_in_schema=False)
AREAS = find_areas(FOLDERS)
for part in order_routers(AREAS):
    router.include_router(part)


@router.get("/settings")
async def index(visit: AdminVisit, q: str = "") -> Response:
    wanted = search_words(q)
    entries = [(area, search_text(gettext(area.title), gettext(area.text))) for area in AREAS]
    found = [area for area, text in entries if all(any(word in text for word in spellings) for spellings in wanted)]
    return await settings_page(visit, "settings.html", q=q, areas=found)
