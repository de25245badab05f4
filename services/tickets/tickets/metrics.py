"""Domain figures for Prometheus, beside the chassis' technical ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import Counter

from trackline_schemas.errors import ServiceError

CREATED = Counter("trackline_tickets_created_total", "Tickets opened", ["channel"])
COMMANDS = Counter(
    "trackline_ticket_commands_total",
    "Commands by outcome: created, updated, unchanged, repeated, conflict (stale version or taken), refused",
    ["command", "outcome"],
)

Outcome = Literal["created", "updated", "unchanged", "repeated", "conflict", "refused"]


def count(command: str, outcome: Outcome) -> None:
    COMMANDS.labels(command, outcome).inc()


@contextmanager
def failures_counted(command: str) -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        stale = error.code in ("conflict", "version_conflict")
        count(command, "conflict" if stale else "refused")
        raise
