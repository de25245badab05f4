"""The pages of the settings, which only administrators may open."""

from typing import Annotated

from fastapi import Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions.caller import require_admin
from gateway.portal.kit import desk_frame
from gateway.portal.kit.forms import field_errors
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError

CORRECTABLE = ("invalid", "conflict", "version_conflict")


async def admin_visit(visit: Visiting) -> Visit:
    require_admin(visit.caller)
    return visit


AdminVisit = Annotated[Visit, Depends(admin_visit)]


async def settings_page(
    visit: Visit,
    template: str,
    *,
    errors: dict[str, str] | None = None,
    message: str = "",
    status: int | None = None,
    **values: object,
) -> Response:
    """Renders a page with the frame of the desk. If `errors` by field or a `message` say why a form was refused, the
    status is 422 unless another is given."""
    frame = await desk_frame.load_unless_fragment(visit)
    status = status or (422 if errors or message else 200)
    return visit.page(template, status, frame=frame, here="settings", errors=errors or {}, message=message, **values)


def explain_name_errors(error: ValidationError | ServiceError) -> dict[str, str]:
    """Returns field → sentence for a form with a unique name. Raises the error if correcting the form does not help."""
    if isinstance(error, ServiceError) and error.code not in CORRECTABLE:
        raise error
    return field_errors(error) or {"name": gettext("Somebody changed this in the meantime. Check the current values.")}
