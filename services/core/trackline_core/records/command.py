"""Commands whose kind is only known at run time, and the id of the object that a command creates."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import ValidationError

from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_valid

C = TypeVar("C", bound=Command)


def parse_command(model: type[C], values: dict[str, Any]) -> C:
    """Raises ServiceError invalid, with the pointer of each wrong value."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise not_valid(error) from None


def choose_id(context: CallContext, new_id: Callable[[], str] = lambda: str(uuid4())) -> str:
    """Returns the id for the object that a command creates, which is the id of the command. If a worker dies, RabbitMQ
    gives its call to another one, whose insert must find the object of the first."""
    return new_id() if context.command_id is None else str(UUID(context.command_id))


def record_commands(kinds: Iterable[str]) -> list[str]:
    """Returns the names by which the commands of these kinds are counted."""
    return [f"{command}_{kind}" for kind in kinds for command in ("create", "update")]
