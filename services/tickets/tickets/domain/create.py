from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tickets.domain.errors import DomainError
from tickets.domain.excerpt import excerpt
from tickets.domain.priority import compute_priority
from tickets.domain.ticket import Attachment, Comment, Format, Recorded, Ticket, times_of_state
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
    format: Format = "plain"


def check(draft: Draft, author_id: str, agent: bool) -> None:
    given = draft.values
    if given.get("external_ref") is not None and given.get("source") is None:
        raise DomainError("reference_needs_source", "/source")
    if agent:
        _check_resolution(given)
        return
    if given["channel"] not in REQUESTER_CHANNELS:
        raise DomainError("channel_for_agents_only", "/channel", channel=given["channel"])
    for name in CREATABLE_BY_STAFF:
        if given.get(name):
            raise DomainError("field_for_agents_only", f"/{name}", field=name)
    if given.get("requester_id") not in (None, author_id):
        raise DomainError("other_requester_for_agents_only", "/requester_id")


def _check_resolution(given: Mapping[str, Any]) -> None:
    named = [name for name in ("resolution_code", "resolution") if given.get(name)]
    if len(named) == 1:
        missing = "resolution" if named == ["resolution_code"] else "resolution_code"
        raise DomainError("resolution_missing", f"/{missing}", field=missing)


def format_number(kind: str, serial: int) -> str:
    return f"{PREFIXES[kind]}-{serial}"


def create(draft: Draft, author_id: str, ticket_id: str, serial: int, at: datetime) -> Ticket:
    """Returns the ticket for a draft that was checked. A ticket with an assignee is open instead of new. One with a
    resolution is resolved at once, by default by its author."""
    given = {**draft.values, "requester_id": draft.values.get("requester_id") or author_id}
    given |= {name: tuple(dict.fromkeys(given[name])) for name in LISTS & given.keys()}
    if given.get("resolution"):
        given["assignee_id"] = given.get("assignee_id") or author_id
    state = "resolved" if given.get("resolution") else "open" if given.get("assignee_id") else "new"
    comment = describe(draft.description, given["requester_id"], author_id, draft.attachments, draft.format)
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
        excerpt=excerpt(draft.description, draft.format),
        comment_count=1,
        last_comment_role=comment.role,
        **{**given, **times_of_state(None, state, None, at)},
    )
    return replace(ticket, events=(opening_event(ticket, comment),))


def describe(
    text: str,
    requester_id: str,
    author_id: str,
    attachments: tuple[Attachment, ...] = (),
    format: Format = "plain",
) -> Comment:
    """Returns the description of a new ticket. It is the requester's, also if an agent wrote down what they said."""
    entered_by = None if author_id == requester_id else author_id
    return Comment(text, "public", requester_id, "requester", attachments, entered_by, format)


def opening_event(ticket: Ticket, description: Comment | None) -> Recorded:
    values = {name: getattr(ticket, name) for name in TRACKED}
    changes = {name: (None, value) for name, value in values.items() if value not in (None, ())}
    return Recorded("created", 1, ticket.created_at, ticket.opened_by_id, changes, description)
