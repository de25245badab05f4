"""Prometheus metrics of the ticket service, in addition to those of the chassis."""

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
def count_failures(command: str) -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        stale = error.code in ("conflict", "version_conflict")
        count(command, "conflict" if stale else "refused")
        raise
