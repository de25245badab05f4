"""What all writes share: telling repeats from new commands, and expected failures from ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from tickets.domain.errors import DomainError
from tickets.usecases.ports import CommandRecord, Moved
from trackline_schemas.base import Command as Body
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError

T = TypeVar("T")
ATTEMPTS = 5


def command_of(context: CallContext, body: Body) -> CommandRecord | None:
    return None if context.command_id is None else CommandRecord(UUID(context.command_id), body.digest())


def created_id(context: CallContext, new_id: Callable[[], str]) -> str:
    """What a command creates has the command's id, with a key or without: RabbitMQ gives a call whose worker died to
    another one, and the second insert must meet the first."""
    return new_id() if context.command_id is None else str(UUID(context.command_id))


def check_same(first: bytes, now: bytes) -> None:
    if first != now:
        message = "This Idempotency-Key was used for another request. Draw a new key for a new request."
        raise ServiceError("key_reused", message)


def with_retries(attempt: Callable[[], T]) -> T:
    """Runs a decision again while others save first; nothing was written by an attempt that raised Moved."""
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except Moved:
            continue
    raise ServiceError("unavailable", "Too many changes at the same moment. Send the request again.")


@contextmanager
def domain_rules() -> Iterator[None]:
    """Broken rules leave as ServiceError, with the pointer to the member that broke them."""
    try:
        yield
    except DomainError as error:
        errors = [{"pointer": error.pointer, "detail": error.message}] if error.pointer else []
        detail = {**error.detail, **({"errors": errors} if errors else {})}
        raise ServiceError(error.code, error.message, detail) from None
