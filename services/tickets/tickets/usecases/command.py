"""What all writes share: recognising repeated commands, retrying on conflicts, and turning domain errors into service
errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from tickets.domain.errors import DomainError
from trackline_core.outbox import CommandRecord, VersionConflict
from trackline_schemas.base import Command as Body
from trackline_schemas.context import CallContext
from trackline_schemas.errors import CATALOGUE, reasons, refuse

T = TypeVar("T")
# Other replicas may be first.
ATTEMPTS = 20


def to_command_record(context: CallContext, body: Body) -> CommandRecord | None:
    return None if context.command_id is None else CommandRecord(UUID(context.command_id), body.digest())


def check_same_body(first: bytes, now: bytes) -> None:
    if first != now:
        raise refuse(reasons.requests.IDEMPOTENCY_KEY_REUSED)


def retry_on_conflict(attempt: Callable[[], T]) -> T:
    """Repeats an attempt that raised VersionConflict, and so has written nothing."""
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except VersionConflict:
            continue
    raise refuse(reasons.bus.TOO_MANY_SIMULTANEOUS_CHANGES)


@contextmanager
def translate_domain_errors() -> Iterator[None]:
    """Raises a ServiceError with the same reason for a DomainError in the block."""
    try:
        yield
    except DomainError as error:
        raise refuse(CATALOGUE[error.reason], pointer=error.pointer, detail=error.detail, **error.params) from None
