from dataclasses import dataclass, replace
from datetime import datetime

from tickets.domain.errors import DomainError
from tickets.domain.priority import matrix
from tickets.domain.ticket import TRACKED, Attachment, Comment, Recorded, Role, Ticket, excerpt

PREFIXES = {"incident": "INC", "request": "REQ"}
REQUESTER_CHANNELS = frozenset({"portal", "api"})


@dataclass(frozen=True)
class Draft:
    """What a caller asks to be opened. Without `requester_id` it is for the caller."""

    kind: str
    title: str
    description: str
    impact: int
    urgency: int
    channel: str
    category_id: str | None = None
    requester_id: str | None = None
    team_id: str | None = None
    assignee_id: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    external_ref: str | None = None
    attachments: tuple[Attachment, ...] = ()


def check(draft: Draft, author_id: str, agent: bool) -> None:
    if draft.external_ref is not None and draft.source is None:
        raise DomainError("reference_needs_source", "/source")
    if agent:
        return
    if draft.channel not in REQUESTER_CHANNELS:
        raise DomainError("channel_for_agents_only", "/channel", channel=draft.channel)
    for name in ("team_id", "assignee_id", "tags", "source", "external_ref"):
        if getattr(draft, name):
            raise DomainError("field_for_agents_only", f"/{name}", field=name)
    if draft.requester_id not in (None, author_id):
        raise DomainError("other_requester_for_agents_only", "/requester_id")


def number_of(kind: str, serial: int) -> str:
    return f"{PREFIXES[kind]}-{serial}"


def create(draft: Draft, author_id: str, ticket_id: str, serial: int, at: datetime) -> Ticket:
    """The caller has checked the draft. A ticket that somebody has already is open, not new."""
    requester_id = draft.requester_id or author_id
    state = "open" if draft.assignee_id else "new"
    role: Role = "requester" if author_id == requester_id else "agent"
    ticket = Ticket(
        id=ticket_id,
        number=number_of(draft.kind, serial),
        version=1,
        kind=draft.kind,
        title=draft.title,
        state=state,
        state_since=at,
        impact=draft.impact,
        urgency=draft.urgency,
        priority=matrix(draft.impact, draft.urgency),
        requester_id=requester_id,
        opened_by_id=author_id,
        channel=draft.channel,
        created_at=at,
        updated_at=at,
        timeline=((state, at),),
        team_id=draft.team_id,
        assignee_id=draft.assignee_id,
        category_id=draft.category_id,
        tags=tuple(dict.fromkeys(draft.tags)),
        source=draft.source,
        external_ref=draft.external_ref,
        excerpt=excerpt(draft.description),
        comment_count=1,
        last_comment_role=role,
    )
    comment = Comment(draft.description, "public", author_id, role, draft.attachments)
    return replace(ticket, events=(opening(ticket, comment),))


def opening(ticket: Ticket, description: Comment | None) -> Recorded:
    """The first event of a ticket."""
    values = {name: getattr(ticket, name) for name in TRACKED}
    changes = {name: (None, value) for name, value in values.items() if value not in (None, ())}
    return Recorded("created", 1, ticket.created_at, ticket.opened_by_id, changes, description)
