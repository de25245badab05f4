"""Updates a ticket: changes, a comment and time spent become one event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from tickets.domain import priority, requests, states
from tickets.domain.errors import DomainError
from tickets.domain.ticket import Attachment, Comment, Format, Role, Ticket
from trackline_schemas.fields import Field
from trackline_schemas.text.keys import distinct
from trackline_schemas.ticket.fields import TICKET, TRACKED, WITH_STATE
from trackline_schemas.ticket.states import ACTIVE, FINAL


@dataclass(frozen=True)
class Author:
    """`staff` is true for an agent with at least the role reply in the ticket's team. `takes` says whether an agent who
    replies to a ticket that nobody has becomes its assignee, which is a setting of the team."""

    id: str
    staff: bool
    takes: bool = False


@dataclass(frozen=True)
class Update:
    """`changes` has the fields that the caller named, with None for a field to be emptied. `time_spent` is in
    minutes."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    visibility: Literal["public", "internal"] = "public"
    time_spent: int | None = None
    attachments: tuple[Attachment, ...] = ()
    format: Format = "plain"


def update(
    ticket: Ticket,
    asked: Update,
    author: Author,
    now: datetime,
    reopen_window: timedelta,
    *,
    assignee_unable: bool = False,
) -> Ticket:
    """Returns the ticket with one more event, or the same object if nothing changes. If the assignee cannot
    answer it, the event takes the ticket from them. Raises DomainError."""
    # The clock of another replica may be ahead of ours. No event may be earlier than the one before, or as_of would
    # skip events.
    at = max(now, ticket.updated_at)
    given = clean_changes(asked.changes)
    if not author.staff:
        given = _check_requester_update(ticket, asked, given, author.id, at, reopen_window)
    comment = build_comment(ticket, asked, author)
    state = _next_state(ticket, given, comment, at, reopen_window)
    resolves = state == "resolved" != ticket.state
    lost = assignee_unable and "assignee_id" not in given and (resolves or state in ACTIVE)
    given |= _new_assignee(ticket, given, comment, state, author, lost)
    wanted = {**given, **priority.settle(ticket, given), "state": state, **_close_reason(ticket, state, author)}
    changes = {name: (getattr(ticket, name), wanted[name]) for name in TRACKED if differs(ticket, wanted, name)}
    if not changes and comment is None and not asked.time_spent:
        return ticket
    if ticket.state == "closed" and (changes or (comment is not None and comment.public)):
        raise requests.closed_error(ticket)
    if state == "resolved" and not changes.keys().isdisjoint(WITH_STATE):
        _check_resolution(ticket, wanted)
    after = ticket.record(changes, comment, asked.time_spent or None, author.id, at)
    # Who had a ticket that was passed on to another team has nothing to come back to.
    keeps = lost and after.assignee_id is None and after.team_id == ticket.team_id
    return replace(after, left_by_id=ticket.assignee_id) if keeps else after


def _check_requester_update(
    ticket: Ticket, asked: Update, given: Mapping[str, Any], author_id: str, at: datetime, window: timedelta
) -> dict[str, Any]:
    if asked.text is not None and asked.visibility == "internal":
        raise DomainError("notes_for_agents_only", "/comment/visibility")
    if asked.time_spent is not None:
        raise DomainError("time_for_agents_only", "/time_spent")
    requests.check(ticket, given, at, window)
    # A caller who names the present state must not thereby prevent a reply from reopening the ticket or being refused.
    others = {name: value for name, value in given.items() if (name, value) != ("state", ticket.state)}
    if others and author_id != ticket.requester_id:
        raise DomainError("participants_only_reply", f"/changes/{min(others)}")
    return others


def clean_changes(changes: Mapping[str, Any], fields: Mapping[str, Field] = TICKET) -> dict[str, Any]:
    """Returns the changes with each list as a tuple of values that look different. Raises DomainError if a field that
    must not be empty is null."""
    given = dict(changes)
    for name, value in changes.items():
        if fields[name].type == "keywords":
            given[name] = tuple(distinct(value or ()))
        elif value is None and not fields[name].may_be_empty:
            raise DomainError("field_cannot_be_emptied", f"/changes/{name}", field=name)
    return given


def build_comment(ticket: Ticket, asked: Update, author: Author) -> Comment | None:
    if asked.text is None:
        return None
    role = _role(ticket, author) if asked.visibility == "public" else "agent"
    return Comment(asked.text, asked.visibility, author.id, role, asked.attachments, format=asked.format)


def _role(ticket: Ticket, author: Author) -> Role:
    """An agent who replies to their own ticket does so as its requester, so that this is not the first reply."""
    if author.id == ticket.requester_id:
        return "requester"
    return "agent" if author.staff else "participant"


def _next_state(
    ticket: Ticket, given: Mapping[str, Any], comment: Comment | None, at: datetime, window: timedelta
) -> str:
    if "state" in given:
        return _named_state(ticket, given["state"])
    if comment is not None and comment.public and comment.role != "agent":
        return requests.state_after_reply(ticket, at, window)
    replied = comment is not None and comment.public
    assigned = given.get("assignee_id") not in (None, ticket.assignee_id)
    return "open" if ticket.state == "new" and (replied or assigned) else ticket.state


def _named_state(ticket: Ticket, state: str) -> str:
    if state != ticket.state:
        if ticket.state == "closed":
            raise requests.closed_error(ticket)
        states.check(ticket.state, state)
    return state


def _new_assignee(
    ticket: Ticket, given: Mapping[str, Any], comment: Comment | None, state: str, author: Author, lost: bool
) -> dict[str, str | None]:
    """Whoever resolves a ticket that nobody has becomes its assignee, and so does whoever replies to it. A reply that
    passes the ticket on to another team, or names the assignee itself, decides otherwise."""
    nobody: dict[str, str | None] = {"assignee_id": None} if lost else {}
    if not author.staff or (not lost and given.get("assignee_id", ticket.assignee_id) is not None):
        return nobody
    resolves = state == "resolved" != ticket.state
    replies = comment is not None and comment.public and comment.role == "agent" and state not in FINAL
    passed_on = given.get("team_id", ticket.team_id) != ticket.team_id
    takes = replies and author.takes and not passed_on and "assignee_id" not in given
    return {"assignee_id": author.id} if resolves or takes else nobody


def _close_reason(ticket: Ticket, state: str, author: Author) -> dict[str, Any]:
    confirmed = state == "closed" and ticket.state == "resolved" and author.id == ticket.requester_id
    return {"close_reason": "confirmed"} if confirmed else {}


def differs(ticket: Ticket, wanted: Mapping[str, Any], name: str) -> bool:
    return name in wanted and wanted[name] != getattr(ticket, name)


def _check_resolution(ticket: Ticket, wanted: Mapping[str, Any]) -> None:
    for name in ("resolution_code", "resolution"):
        if not wanted.get(name, getattr(ticket, name)):
            raise DomainError("resolution_missing", f"/changes/{name}", field=name)
