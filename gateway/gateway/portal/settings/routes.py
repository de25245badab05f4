"""The index of the settings. Its search looks at the titles and texts of the areas."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.kit.i18n import gettext
from gateway.portal.settings import __path__ as FOLDERS
from gateway.portal.settings.area import areas, routers
from gateway.portal.settings.page import Administering, settings_page

router = APIRouter(include_in_schema=False)
AREAS = areas(FOLDERS)
for part in routers(AREAS):
    router.include_router(part)


@router.get("/settings")
async def index(visit: Administering, q: str = "") -> Response:
    wanted = q.casefold().split()
    entries = [(area, f"{gettext(area.title)} {gettext(area.text)}".casefold()) for area in AREAS]
    found = [area for area, text in entries if all(word in text for word in wanted)]
    return await settings_page(visit, "settings.html", q=q, areas=found)
