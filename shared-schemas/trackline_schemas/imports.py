"""Tickets that another system had, with their history."""

from typing import Annotated

from pydantic import Field, model_validator

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.errors import reasons, value_error
from trackline_schemas.ticket.commands import TicketChanges
from trackline_schemas.ticket.types import Channel, ExternalRef, Id, Source, Text, Visibility

MAX_STEPS = 1000


class ImportedComment(Command):
    text: Text
    visibility: Visibility = "public"


class ImportedStep(Command):
    """What was different after `time`. Members that the ticket has already make no event, but `state: resolved` on a
    resolved ticket does: it moves the resolution. Any state may follow any other, and resolving needs no solution.
    Without `actor_id` it was whoever imports, who also counts as the author of the comment."""

    time: Instant
    actor_id: Id | None = None
    changes: TicketChanges = Field(default_factory=TicketChanges)
    comment: ImportedComment | None = None
    time_spent: Annotated[int, Field(ge=0, le=100_000)] | None = None


class ImportTicket(Command):
    """`source` and `external_ref` identify the ticket. The first step opens it and names at least title and
    requester_id; its comment is the description. Steps are in their order: one that claims to be earlier than the one
    before happened at the same time. Sent again with more steps at the end, only those are added."""

    source: Source
    external_ref: ExternalRef
    channel: Channel = "import"
    steps: list[ImportedStep] = Field(min_length=1, max_length=MAX_STEPS)

    @model_validator(mode="after")
    def _opens(self) -> "ImportTicket":
        first = self.steps[0].changes
        missing = [name for name in ("title", "requester_id") if getattr(first, name) is None]
        if missing:
            raise value_error(reasons.values.FIRST_STEP_INCOMPLETE, fields=missing)
        return self


class TicketImported(View):
    """`added` counts the events that were written now: 0 when all was there already."""

    id: str
    number: str
    version: int
    added: int


class PurgeTickets(Command):
    """All tickets of a source, for ever: also those that were changed here since."""

    source: Source


class TicketsPurged(View):
    """`removed` counts what is gone since the last call; while `remaining` is not 0, send the same again."""

    removed: int
    remaining: int
