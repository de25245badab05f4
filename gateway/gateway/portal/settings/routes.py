"""The index of the settings. Its search covers the titles and texts of the areas."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.kit.i18n import gettext
from gateway.portal.settings import __path__ as FOLDERS
from gateway.portal.settings.area import find_areas, order_routers
from gateway.portal.settings.page import AdminVisit, settings_page

router = APIRouter(include_in_schema=False)
AREAS = find_areas(FOLDERS)
for part in order_routers(AREAS):
    router.include_router(part)


@router.get("/settings")
async def index(visit: AdminVisit, q: str = "") -> Response:
    wanted = q.casefold().split()
    entries = [(area, f"{gettext(area.title)} {gettext(area.text)}".casefold()) for area in AREAS]
    found = [area for area, text in entries if all(word in text for word in wanted)]
    return await settings_page(visit, "settings.html", q=q, areas=found)
