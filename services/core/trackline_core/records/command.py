"""Commands whose kind is known at run time only, and the id of what a command creates."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import ValidationError

from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_valid

C = TypeVar("C", bound=Command)


def parsed(model: type[C], values: dict[str, Any]) -> C:
    """Raises ServiceError invalid with the pointer of each wrong value."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise not_valid(error) from None


def created_id(context: CallContext, new_id: Callable[[], str] = lambda: str(uuid4())) -> str:
    """What a command creates has the command's id, with a key or without: RabbitMQ gives a call whose worker died to
    another one, and the second insert must meet the first."""
    return new_id() if context.command_id is None else str(UUID(context.command_id))
