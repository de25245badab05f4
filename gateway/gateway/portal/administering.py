"""Visits of administrators, on pages that nobody else opens."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from gateway.portal import desk_frame
from gateway.portal.i18n import noop
from gateway.portal.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError


async def administering(visit: Visiting) -> Visit:
    if not visit.viewer.admin:
        raise ServiceError("forbidden", noop("Only administrators may do this."))
    return visit


Administering = Annotated[Visit, Depends(administering)]


async def settings_page(
    visit: Visit,
    template: str,
    *,
    errors: dict[str, str] | None = None,
    message: str = "",
    status: int | None = None,
    **values: object,
) -> Response:
    """`errors` by field and `message` say why a form was refused: the status is 422 then, unless another is given."""
    frame = await desk_frame.frame_of_page(visit)
    told = status or (422 if errors or message else 200)
    return visit.page(template, told, frame=frame, here="settings", errors=errors or {}, message=message, **values)
