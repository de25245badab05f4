"""Visits of administrators, on pages that nobody else opens."""

from typing import Annotated

from fastapi import Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.portal.kit import desk_frame
from gateway.portal.kit.forms import mistakes
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError, reasons, refuse

MENDABLE = ("invalid", "conflict", "version_conflict", "key_reused")


async def administering(visit: Visiting) -> Visit:
    if not visit.viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
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


def name_errors(error: ValidationError | ServiceError) -> dict[str, str]:
    """Returns field → sentence for a form whose name must be unique. Raises an error that no form can mend."""
    if isinstance(error, ServiceError) and error.code not in MENDABLE:
        raise error
    return mistakes(error) or {"name": gettext("Somebody changed this meanwhile. Look at it again.")}
