"""The views of tickets, their comments and their history."""

from typing import Any

from pydantic import Field

from trackline_schemas.base import Instant, View
from trackline_schemas.ticket.kinds import Kind
from trackline_schemas.ticket.states import State
from trackline_schemas.ticket.types import Channel, CommentRole, Format, Visibility
from trackline_schemas.viewer import Viewer

MAX_ASKED = 50


class AskedTicket(View):
    """A ticket that is asked for together with others, perhaps by other viewers."""

    number: str
    viewer: Viewer


class Attachment(View):
    """A file that belongs to a comment. Everybody who may read the comment may download it. `type` is the media type
    that was detected from the content, and `size` is in bytes."""

    id: str
    name: str
    type: str
    size: int


class Comment(View):
    """`text` is null after it was redacted. Its `format` is plain unless its author chose Markdown. `role` is that in
    which the author wrote: a participant is in copy. `entered_by_id` is the agent who wrote down what the author said,
    as on the phone."""

    id: str
    text: str | None
    format: Format = "plain"
    visibility: Visibility
    author_id: str
    role: CommentRole
    time: Instant
    attachments: list[Attachment] = Field(default_factory=list)
    entered_by_id: str | None = None


class TicketView(View):
    """`version` is the ETag. `excerpt` is the beginning of the last public text. All times are in UTC. `first_reply_at`
    is the time of the first public reply by an agent who is not the requester."""

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
    participant_ids: list[str] = Field(default_factory=list)
    opened_by_id: str
    category_id: str | None = None
    location: str | None = None
    tags: list[str] = Field(default_factory=list)
    channel: Channel
    source: str | None = None
    external_ref: str | None = None
    resolution_code: str | None = None
    resolution: str | None = None
    close_reason: str | None = None
    excerpt: str | None = None
    comment_count: int = 0
    last_comment_role: CommentRole | None = None
    created_at: Instant
    updated_at: Instant
    first_reply_at: Instant | None = None
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    reopens: int = 0


class HistoryEntry(View):
    """An event of a ticket as the viewer may see it. `comment` is null if the viewer may not read it."""

    id: str
    type: str
    sequence: int
    time: Instant
    recorded_at: Instant
    actor_id: str
    changes: dict[str, tuple[Any, Any]] = Field(default_factory=dict)
    comment: Comment | None = None
    time_spent: int | None = None
