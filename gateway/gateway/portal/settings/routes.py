"""The index of the settings."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.portal.settings import __path__ as FOLDERS
from gateway.portal.settings.area import find_areas, order_routers
from gateway.portal.settings.finding import find
from gateway.portal.settings.page import AdminVisit, settings_page

router = APIRouter(include_in_schema=False)
AREAS = find_areas(FOLDERS)
for part in order_routers(AREAS):
    router.include_router(part)


@router.get("/settings")
async def index(visit: AdminVisit, q: str = "") -> Response:
    shown = [area for area in AREAS if visit.parts.settings.development or not area.development]
    return await settings_page(visit, "settings.html", q=q, found=find(shown, q))
