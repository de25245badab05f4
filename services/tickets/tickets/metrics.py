"""Prometheus metrics of the ticket service, in addition to those of the chassis."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from prometheus_client import Counter

from trackline_chassis.skipping import count_from_zero
from trackline_core.metrics import start_at_zero
from trackline_core.records.command import record_commands
from trackline_schemas.errors import ServiceError
from trackline_schemas.events.registry import HISTORY
from trackline_schemas.records.registry import kept_by
from trackline_schemas.ticket.types import Channel

CREATED = start_at_zero(
    Counter("trackline_tickets_created_total", "Tickets opened", ["channel"]), channel=get_args(Channel)
)
Outcome = Literal["created", "updated", "unchanged", "repeated", "conflict", "refused"]
COMMANDS = start_at_zero(
    Counter(
        "trackline_ticket_commands_total",
        "Commands by outcome: created, updated, unchanged, repeated, conflict (stale version or taken), refused",
        ["command", "outcome"],
    ),
    command=["create", "update", "import", "purge", *record_commands(kept_by("tickets"))],
    outcome=get_args(Outcome),
)

count_from_zero(HISTORY)


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
