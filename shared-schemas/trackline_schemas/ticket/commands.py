"""The commands that create and change a ticket. They are the payload of RPC calls and the body of REST requests."""

from typing import Annotated, Any

from pydantic import Field

from trackline_schemas.base import Command
from trackline_schemas.text.types import LINE
from trackline_schemas.ticket.fields import TICKET
from trackline_schemas.ticket.kinds import OpenKind
from trackline_schemas.ticket.states import State
from trackline_schemas.ticket.types import (
    Attachments,
    Channel,
    ExternalRef,
    Format,
    Id,
    Level,
    Participants,
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

# Where the problem is.
Location = Annotated[str, limits(TICKET["location"]), LINE]


class CreateTicket(Command):
    """`impact` and `urgency` are 1 (high) to 3 (low). Only agents may name another requester, participants, a team, an
    assignee, tags, a source with its external reference, a channel other than portal and api, or a resolution with its
    code. A ticket with a resolution is resolved at once. The description is the requester's, whoever sends the
    command."""

    kind: OpenKind = "incident"
    title: Title
    description: Text
    description_format: Format = "plain"
    impact: Level = 3
    urgency: Level = 3
    category_id: Id | None = None
    location: Location | None = None
    channel: Channel = "api"
    requester_id: Id | None = None
    participant_ids: Participants = Field(default_factory=list)
    team_id: Id | None = None
    assignee_id: Id | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    source: Source | None = None
    external_ref: ExternalRef | None = None
    resolution_code: ResolutionCode | None = None
    resolution: Resolution | None = None
    attachments: Attachments = Field(default_factory=list)


class TicketChanges(Command):
    """Only the members that are present are changed. A null empties a field that may be empty. A `priority` other than
    impact + urgency − 1 needs a `priority_reason`. `participant_ids` are people in copy: they read the ticket as its
    requester does, may reply, and get mails. The state resolved needs a `resolution_code` and a `resolution`."""

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
    participant_ids: Participants | None = None
    category_id: Id | None = None
    location: Location | None = None
    tags: list[Tag] | None = Field(default=None, max_length=20)
    resolution_code: ResolutionCode | None = None
    resolution: Resolution | None = None

    def given(self) -> dict[str, Any]:
        """Returns the members that the caller sent, including those that are null."""
        return self.model_dump(exclude_unset=True)


class NewComment(Command):
    text: Text
    format: Format = "plain"
    visibility: Visibility = "public"
    attachments: Attachments = Field(default_factory=list)


class UpdateTicket(Command):
    """All parts together make one event. `time_spent` is in minutes. `base_version` is the version that the caller saw.
    With it, changes of fields that nobody else has changed since are merged, and others get status 412 with the members
    base, theirs and mine."""

    comment: NewComment | None = None
    changes: TicketChanges = Field(default_factory=TicketChanges)
    time_spent: Annotated[int, Field(ge=0, le=100_000)] | None = None
    base_version: Annotated[int, Field(ge=1)] | None = None
