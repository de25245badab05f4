"""Commands that import tickets from another system with their history, and remove them again."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from trackline_schemas.base import Command, Instant, View, digest_json
from trackline_schemas.errors import reasons, value_error
from trackline_schemas.text.normal_form import decompose_all
from trackline_schemas.ticket.commands import TicketChanges
from trackline_schemas.ticket.types import Channel, ExternalRef, Id, Source, Text, Visibility

MAX_STEPS = 1000


class ImportedComment(Command):
    text: Text
    visibility: Visibility = "public"


class ImportedStep(Command):
    """What changed at `time`. Values that the ticket already has create no event, except `state: resolved` on a
    resolved ticket, which moves the time of the resolution. Any state may follow any other, and resolving needs no
    solution. `actor_id` is who made the change and wrote the comment. Without it, that is the caller of the import."""

    time: Instant
    actor_id: Id | None = None
    changes: TicketChanges = Field(default_factory=TicketChanges)
    comment: ImportedComment | None = None
    time_spent: Annotated[int, Field(ge=0, le=100_000)] | None = None

    def digest(self) -> bytes:
        """A member that is left out counts as its default. Only in the changes, null is a value of its own."""
        return digest_json(self._compared())

    def digest_of_decomposed(self) -> bytes:
        """Returns the digest that an earlier release made of the step if its texts came in the normal form D."""
        return digest_json(decompose_all(self._compared()))

    def _compared(self) -> dict[str, Any]:
        changes = self.changes.model_dump(mode="json", exclude_unset=True)
        return {**self.model_dump(mode="json", exclude_none=True), "changes": changes}


class ImportTicket(Command):
    """`source` and `external_ref` identify the ticket. The first step opens it: its changes must name at least title
    and requester_id, and its comment is the description. Steps are in order of time. A step that is earlier than the
    one before counts as simultaneous. If the command is sent again with more steps at the end, only those are added. If
    a step differs from the one that was imported in its place, the answer is status 409 with that step's pointer."""

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
    """`added` is the number of events that this command added. It is 0 if the ticket already had all of them."""

    id: str
    number: str
    version: int
    added: int


class PurgeTickets(Command):
    """Removes all tickets of a source for ever, including those that were changed after the import."""

    source: Source


class TicketsPurged(View):
    """`removed` is the number of tickets that this command removed. Repeat the command until `remaining` is 0."""

    removed: int
    remaining: int
