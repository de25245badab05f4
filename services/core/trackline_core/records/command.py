"""Commands whose kind is known at run time only."""

from typing import Any, TypeVar

from pydantic import ValidationError

from trackline_schemas.base import Command
from trackline_schemas.errors import reason_of, reasons, refuse

C = TypeVar("C", bound=Command)


def parsed(model: type[C], values: dict[str, Any]) -> C:
    """Raises ServiceError invalid with the pointer of each wrong value."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        errors = [{"pointer": _pointer(one["loc"]), "detail": one["msg"], **reason_of(one)} for one in found]
        raise refuse(reasons.requests.REQUEST_NOT_VALID, detail={"errors": errors}) from None


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join(f"/{part}" for part in location)
