"""Visits of administrators, on pages that nobody else opens."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from gateway.portal import desk_frame
from gateway.portal.i18n import gettext
from gateway.portal.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError


async def administering(visit: Visiting) -> Visit:
    if not visit.viewer.admin:
        raise ServiceError("forbidden", gettext("Only administrators may do this."))
    return visit


Administering = Annotated[Visit, Depends(administering)]


async def settings_page(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
    return visit.page(template, status, frame=await desk_frame.frame_of_page(visit), here="settings", **values)
