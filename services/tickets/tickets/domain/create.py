from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tickets.domain.errors import DomainError
from tickets.domain.priority import compute_priority
from tickets.domain.ticket import Attachment, Comment, Recorded, Role, Ticket, excerpt
from trackline_schemas.ticket.fields import CREATABLE_BY_STAFF, LISTS, TRACKED
from trackline_schemas.ticket.kinds import PREFIXES

REQUESTER_CHANNELS = frozenset({"portal", "api"})


@dataclass(frozen=True)
class Draft:
    """The ticket that a caller wants to open. `values` is field → value, and always has kind, title, impact, urgency
    and channel. Without a requester_id the caller is the requester."""

    values: Mapping[str, Any]
    description: str
    attachments: tuple[Attachment, ...] = ()


def check(draft: Draft, author_id: str, agent: bool) -> None:
    given = draft.values
    if given.get("external_ref") is not None and given.get("source") is None:
        raise DomainError("reference_needs_source", "/source")
    if agent:
        return
    if given["channel"] not in REQUESTER_CHANNELS:
        raise DomainError("channel_for_agents_only", "/channel", channel=given["channel"])
    for name in CREATABLE_BY_STAFF:
        if given.get(name):
            raise DomainError("field_for_agents_only", f"/{name}", field=name)
    if given.get("requester_id") not in (None, author_id):
        raise DomainError("other_requester_for_agents_only", "/requester_id")


def format_number(kind: str, serial: int) -> str:
    return f"{PREFIXES[kind]}-{serial}"


def create(draft: Draft, author_id: str, ticket_id: str, serial: int, at: datetime) -> Ticket:
    """Returns the ticket for a draft that was checked. A ticket with an assignee is open instead of new."""
    given = {**draft.values, "requester_id": draft.values.get("requester_id") or author_id}
    given |= {name: tuple(dict.fromkeys(given[name])) for name in LISTS & given.keys()}
    state = "open" if given.get("assignee_id") else "new"
    role: Role = "requester" if author_id == given["requester_id"] else "agent"
    ticket = Ticket(
        id=ticket_id,
        number=format_number(given["kind"], serial),
        version=1,
        state=state,
        state_since=at,
        priority=compute_priority(given["impact"], given["urgency"]),
        opened_by_id=author_id,
        created_at=at,
        updated_at=at,
        timeline=((state, at),),
        excerpt=excerpt(draft.description),
        comment_count=1,
        last_comment_role=role,
        **given,
    )
    comment = Comment(draft.description, "public", author_id, role, draft.attachments)
    return replace(ticket, events=(opening_event(ticket, comment),))


def opening_event(ticket: Ticket, description: Comment | None) -> Recorded:
    values = {name: getattr(ticket, name) for name in TRACKED}
    changes = {name: (None, value) for name, value in values.items() if value not in (None, ())}
    return Recorded("created", 1, ticket.created_at, ticket.opened_by_id, changes, description)
