"""The commands that change a ticket. RPC payload and REST body are these shapes."""

from typing import Annotated, Any

from pydantic import Field

from trackline_schemas.base import Command
from trackline_schemas.ticket.fields import TICKET
from trackline_schemas.ticket.kinds import OpenKind
from trackline_schemas.ticket.states import State
from trackline_schemas.ticket.types import (
    Attachments,
    Channel,
    ExternalRef,
    Id,
    Level,
    PriorityLevel,
    PriorityReason,
    Resolution,
    ResolutionCode,
    Source,
    Tag,
    Text,
    Title,
    Visibility,
    limits,
)

# Where the trouble is.
Location = Annotated[str, limits(TICKET["location"])]


class CreateTicket(Command):
    """`impact` and `urgency` are 1 (high) to 3 (low). Only agents may name a requester, team, assignee, tags, a source
    with its external reference, or a channel other than portal and api."""

    kind: OpenKind = "incident"
    title: Title
    description: Text
    impact: Level = 3
    urgency: Level = 3
    category_id: Id | None = None
    location: Location | None = None
    channel: Channel = "api"
    requester_id: Id | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    source: Source | None = None
    external_ref: ExternalRef | None = None
    attachments: Attachments = Field(default_factory=list)


class TicketChanges(Command):
    """Only the members that are present are changed; null empties a field that may be empty. A `priority` other than
    impact + urgency − 1 needs a `priority_reason`; state resolved needs `resolution_code` and `resolution`."""

    kind: OpenKind | None = None
    title: Title | None = None
    state: State | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: PriorityLevel | None = None
    priority_reason: PriorityReason | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    requester_id: Id | None = None
    category_id: Id | None = None
    location: Location | None = None
    tags: list[Tag] | None = Field(default=None, max_length=20)
    resolution_code: ResolutionCode | None = None
    resolution: Resolution | None = None

    def given(self) -> dict[str, Any]:
        """The members that the caller sent, null included."""
        return self.model_dump(exclude_unset=True)


class NewComment(Command):
    text: Text
    visibility: Visibility = "public"
    attachments: Attachments = Field(default_factory=list)


class UpdateTicket(Command):
    """One write, one event. `time_spent` is in minutes. With `base_version` (the version that the caller saw), changes
    of fields that nobody else touched since are merged, others answer 412 with base, theirs and mine."""

    comment: NewComment | None = None
    changes: TicketChanges = Field(default_factory=TicketChanges)
    time_spent: Annotated[int, Field(ge=0, le=100_000)] | None = None
    base_version: Annotated[int, Field(ge=1)] | None = None
