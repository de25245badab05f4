"""Commands whose kind is only known at run time."""

from typing import Any, TypeVar

from pydantic import ValidationError

from trackline_schemas.base import Command
from trackline_schemas.errors import not_valid

C = TypeVar("C", bound=Command)


def parse_command(model: type[C], values: dict[str, Any]) -> C:
    """Raises ServiceError invalid, with the pointer of each wrong value."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise not_valid(error) from None
