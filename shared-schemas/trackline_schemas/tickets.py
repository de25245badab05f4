"""Tickets: the commands that change them and the views that show them. RPC payload and REST body are these shapes."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from trackline_schemas.base import Command, Instant, View

Kind = Literal["incident", "request", "problem", "change"]
State = Literal["new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"]
Channel = Literal["portal", "mail", "phone", "chat", "api", "import"]
Visibility = Literal["public", "internal"]
ResolutionCode = Literal["solved", "workaround", "information_given", "not_reproducible", "duplicate", "declined"]

ACTIVE_STATES: tuple[State, ...] = ("new", "open", "pending", "on_hold")
MAX_TEXT_BYTES = 40_000
MAX_ATTACHMENTS = 10
# A comment rests in the log, a resolution in the ticket, which every command reads and writes whole.
MAX_RESOLUTION_BYTES = 4_000


def _within_bytes(text: str) -> str:
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise ValueError(f"a text may have {MAX_TEXT_BYTES:,} bytes in UTF-8; attach what is longer")
    return text


def _brief(text: str) -> str:
    if len(text.encode()) > MAX_RESOLUTION_BYTES:
        raise ValueError(f"a resolution may have {MAX_RESOLUTION_BYTES:,} bytes in UTF-8; write the rest in a comment")
    return text


Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_BYTES), AfterValidator(_within_bytes)]
Resolution = Annotated[str, StringConstraints(min_length=1, max_length=MAX_RESOLUTION_BYTES), AfterValidator(_brief)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\s,]+$")]
Level = Annotated[int, Field(ge=1, le=3)]
PriorityLevel = Annotated[int, Field(ge=1, le=5)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Attachment(View):
    """A file that belongs to a comment: whoever may read the comment may fetch it. `type` is what the content was found
    to be, `size` is in bytes."""

    id: str
    name: str
    type: str
    size: int


# Ids of files that the caller has uploaded.
Attachments = Annotated[list[Id], Field(max_length=MAX_ATTACHMENTS)]


class CreateTicket(Command):
    """`impact` and `urgency` are 1 (high) to 3 (low). Only agents may name a requester, team, assignee, tags, a source
    with its external reference, or a channel other than portal and api."""

    kind: Literal["incident", "request"] = "incident"
    title: Title
    description: Text
    impact: Level = 3
    urgency: Level = 3
    category_id: Id | None = None
    channel: Channel = "api"
    requester_id: Id | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    source: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = None
    external_ref: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    attachments: Attachments = Field(default_factory=list)


class TicketChanges(Command):
    """Only the members that are present are changed; null empties a field that may be empty. A `priority` other than
    impact + urgency − 1 needs a `priority_reason`; state resolved needs `resolution_code` and `resolution`."""

    kind: Literal["incident", "request"] | None = None
    title: Title | None = None
    state: State | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: PriorityLevel | None = None
    priority_reason: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    requester_id: Id | None = None
    category_id: Id | None = None
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


class Comment(View):
    """`text` is null once it was redacted. `role` tells whether its author wrote as agent or as requester."""

    id: str
    text: str | None
    visibility: Visibility
    author_id: str
    role: Literal["agent", "requester", "system"]
    time: Instant
    attachments: list[Attachment] = Field(default_factory=list)


class TicketView(View):
    """`version` is the ETag. `excerpt` is the beginning of the last public text. `state_since` and the other instants
    are UTC; `first_reply_at` is the first public reply by an agent other than the requester."""

    id: str
    number: str
    version: int
    kind: Kind
    title: str
    state: State
    state_since: Instant
    impact: int
    urgency: int
    priority: int
    priority_reason: str | None = None
    team_id: str | None = None
    assignee_id: str | None = None
    requester_id: str
    opened_by_id: str
    category_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    channel: Channel
    source: str | None = None
    external_ref: str | None = None
    resolution_code: str | None = None
    resolution: str | None = None
    close_reason: str | None = None
    excerpt: str | None = None
    comment_count: int = 0
    last_comment_role: Literal["agent", "requester", "system"] | None = None
    created_at: Instant
    updated_at: Instant
    first_reply_at: Instant | None = None
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    reopens: int = 0


# Staff wording that a requester never sees, in tickets and in their history alike.
STAFF_FIELDS = frozenset({"priority_reason", "tags"})


class HistoryEntry(View):
    """One event of a ticket as its readers see it. `comment` is absent where the viewer may not read it."""

    id: str
    type: str
    sequence: int
    time: Instant
    recorded_at: Instant
    actor_id: str
    changes: dict[str, tuple[Any, Any]] = Field(default_factory=dict)
    comment: Comment | None = None
    time_spent: int | None = None


class Category(View):
    """A new ticket of the category goes to `team_id` unless the caller names a team. Who changed it last is not known
    of those that an earlier release kept."""

    id: str
    name: str
    team_id: str | None = None
    active: bool = True
    version: int = 1
    updated_at: Instant | None = None
    updated_by_id: str | None = None


class CreateCategory(Command):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    team_id: Id | None = None


class UpdateCategory(Command):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    team_id: Id | None = None
    active: bool | None = None
