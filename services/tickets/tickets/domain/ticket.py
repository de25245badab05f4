"""A ticket and its events: each command adds one event. Tickets are immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from tickets.domain.excerpt import excerpt
from trackline_schemas.ticket.states import ACTIVE, DONE, resolves

KEPT_MOVES = 100
KEPT_REPLIERS = 10

Role = Literal["agent", "requester", "participant"]
Format = Literal["plain", "markdown"]


@dataclass(frozen=True)
class Attachment:
    """A file that the gateway stores. `size` is in bytes."""

    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Comment:
    """`entered_by_id` is who wrote it down, if the author told it to somebody else."""

    text: str
    visibility: Literal["public", "internal"]
    author_id: str
    role: Role
    attachments: tuple[Attachment, ...] = ()
    entered_by_id: str | None = None
    format: Format = "plain"

    @property
    def public(self) -> bool:
        return self.visibility == "public"


@dataclass(frozen=True)
class Recorded:
    """An event of a ticket. `changes` is field → (before, after). `time_spent` is in minutes."""

    type: Literal["created", "updated", "purged"]
    sequence: int
    at: datetime
    actor_id: str
    changes: Mapping[str, tuple[Any, Any]]
    comment: Comment | None = None
    time_spent: int | None = None


@dataclass(frozen=True)
class Ticket:
    """`timeline` has the latest states and the times when they began. `events` are the events since the ticket was
    loaded. `left_by_id` is who had the ticket, if nobody has it since they could not answer it any more. `replier_ids`
    are the agents who replied publicly, the last one last. `last_resolution_at` outlives a reopening, unlike
    `resolved_at`. `import_steps` is the number of steps that were imported from another system, `import_until` is the
    time of the last of them, and `import_digest` identifies the list of their digests. A ticket that the release before
    imported has no digest."""

    id: str
    number: str
    version: int
    kind: str
    title: str
    state: str
    state_since: datetime
    impact: int
    urgency: int
    priority: int
    requester_id: str
    opened_by_id: str
    channel: str
    created_at: datetime
    updated_at: datetime
    timeline: tuple[tuple[str, datetime], ...]
    priority_reason: str | None = None
    team_id: str | None = None
    assignee_id: str | None = None
    left_by_id: str | None = None
    category_id: str | None = None
    location: str | None = None
    tags: tuple[str, ...] = ()
    participant_ids: tuple[str, ...] = ()
    source: str | None = None
    external_ref: str | None = None
    resolution_code: str | None = None
    resolution: str | None = None
    close_reason: str | None = None
    excerpt: str | None = None
    comment_count: int = 0
    last_comment_role: str | None = None
    replier_ids: tuple[str, ...] = ()
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    last_resolution_at: datetime | None = None
    closed_at: datetime | None = None
    reopens: int = 0
    import_steps: int = 0
    import_until: datetime | None = None
    import_digest: bytes | None = None
    purged_at: datetime | None = None
    events: tuple[Recorded, ...] = ()

    def record(
        self,
        changes: Mapping[str, tuple[Any, Any]],
        comment: Comment | None,
        time_spent: int | None,
        actor_id: str,
        at: datetime,
    ) -> "Ticket":
        """Returns the ticket after one more event."""
        event = Recorded("updated", self.version + 1, at, actor_id, changes, comment, time_spent)
        values: dict[str, Any] = {name: after for name, (_, after) in changes.items()}
        if values.get("assignee_id") is not None:
            values["left_by_id"] = None
        if "state" in changes:
            values |= self._after_move(values["state"], at)
        if comment is not None and comment.public:
            values |= self._after_comment(comment, at)
        following: dict[str, Any] = {"version": event.sequence, "updated_at": at, "events": (*self.events, event)}
        return replace(self, **values, **following)

    def purge(self, actor_id: str, at: datetime) -> "Ticket":
        """Returns the ticket after its last event. Nobody can see it any more, and its store removes it once the event
        is on the bus."""
        last = Recorded("purged", self.version + 1, max(at, self.updated_at), actor_id, {})
        return replace(self, version=last.sequence, purged_at=at, events=(*self.events, last))

    def _after_move(self, state: str, at: datetime) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if state != self.state:
            values = {"state_since": at, "timeline": (*self.timeline, (state, at))[-KEPT_MOVES:]}
        if state in ACTIVE:
            values |= {"closed_at": None}
            values["reopens"] = self.reopens + (self.state in ("resolved", "closed"))
        # A ticket that the release before wrote has no last_resolution_at.
        last = self.last_resolution_at or self.resolved_at
        return values | times_of_state(self.state, state, last, at)

    def _after_comment(self, comment: Comment, at: datetime) -> dict[str, Any]:
        replied = at if comment.role == "agent" else None
        others = (person for person in self.replier_ids if person != comment.author_id)
        repliers = (*others, comment.author_id)[-KEPT_REPLIERS:] if replied else self.replier_ids
        return {
            "replier_ids": repliers,
            "excerpt": excerpt(comment.text, comment.format),
            "comment_count": self.comment_count + 1,
            "last_comment_role": comment.role,
            "first_reply_at": self.first_reply_at or replied,
        }


def times_of_state(before: str | None, state: str, last: datetime | None, at: datetime) -> dict[str, datetime | None]:
    """Returns the times that follow from setting the state. `before` is None for a new ticket, and `last` is the time
    of its last resolution."""
    if resolves(before, state, named=True, earlier=last is not None):
        last = at
    times = {"last_resolution_at": last}
    if state != "cancelled":
        times["resolved_at"] = last if state in DONE else None
    return times | ({"closed_at": at} if state == "closed" else {})
