"""What all writes share: telling repeats from new commands, and expected failures from ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from tickets.domain.errors import DomainError
from tickets.usecases.ports import Moved
from trackline_core.outbox import CommandRecord
from trackline_schemas.base import Command as Body
from trackline_schemas.context import CallContext
from trackline_schemas.errors import CATALOGUE, reasons, refuse

T = TypeVar("T")
ATTEMPTS = 5


def command_of(context: CallContext, body: Body) -> CommandRecord | None:
    return None if context.command_id is None else CommandRecord(UUID(context.command_id), body.digest())


def check_same(first: bytes, now: bytes) -> None:
    if first != now:
        raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)


def with_retries(attempt: Callable[[], T]) -> T:
    """Runs a decision again while others save first; nothing was written by an attempt that raised Moved."""
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except Moved:
            continue
    raise refuse(reasons.bus.TOO_MANY_SIMULTANEOUS_CHANGES)


@contextmanager
def domain_rules() -> Iterator[None]:
    """Turns a DomainError into a ServiceError with the same reason."""
    try:
        yield
    except DomainError as error:
        raise refuse(CATALOGUE[error.reason], pointer=error.pointer, detail=error.detail, **error.params) from None
