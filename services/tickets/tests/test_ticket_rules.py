"""The rules of the domain, without a store. Rights are only staff or requester."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tickets.domain.create import create
from tickets.domain.errors import DomainError
from tickets.domain.excerpt import excerpt
from tickets.domain.ticket import Ticket
from tickets.domain.update import Author, Update, update

from .drafts import draft_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
AGENT = Author("alice", staff=True)
REQUESTER = Author("bob", staff=False)
RESOLVED: dict[str, Any] = {"state": "resolved", "resolution_code": "solved", "resolution": "A new cable."}


def open_ticket(**members: Any) -> Ticket:
    draft = draft_of(**members)
    return create(draft, "bob", "t1", 1001, NOW)


def change(ticket: Ticket, author: Author = AGENT, at: datetime = NOW, **changes: Any) -> Ticket:
    return update(ticket, Update(changes), author, at, WEEK)


def reply(ticket: Ticket, author: Author, at: datetime = NOW, visibility: Any = "public", **changes: Any) -> Ticket:
    return update(ticket, Update(changes, "Any news?", visibility), author, at, WEEK)


def refused(reason: str, pointer: str | None = None) -> Any:
    return pytest.raises(DomainError, check=lambda error: (error.reason, error.pointer) == (reason, pointer))


def test_a_new_ticket_has_one_event_that_names_all_its_fields() -> None:
    ticket = open_ticket(category_id="net")
    (event,) = ticket.events
    assert (ticket.number, ticket.version, event.sequence, event.type) == ("INC-1001", 1, 1, "created")
    assert event.changes["state"] == (None, "new")
    assert event.changes["category_id"] == (None, "net")
    assert "team_id" not in event.changes
    assert event.comment is not None
    assert (event.comment.text, event.comment.role, ticket.excerpt) == ("Nothing works.", "requester", "Nothing works.")


def test_the_description_of_a_ticket_for_somebody_else_is_theirs_entered_by_the_agent() -> None:
    ticket = open_ticket(requester_id="erin")
    assert (ticket.requester_id, ticket.opened_by_id, ticket.last_comment_role) == ("erin", "bob", "requester")
    said = ticket.events[0].comment
    assert said is not None
    assert (said.author_id, said.role, said.entered_by_id) == ("erin", "requester", "bob")
    assert ticket.first_reply_at is None


def test_reply_and_resolve_is_one_event() -> None:
    ticket = reply(open_ticket(), AGENT, **RESOLVED)
    event = ticket.events[-1]
    assert ticket.version == event.sequence == 2
    assert event.comment is not None
    assert event.changes["state"] == ("new", "resolved")
    assert (ticket.resolved_at, ticket.first_reply_at, ticket.timeline[-1]) == (NOW, NOW, ("resolved", NOW))


def test_a_change_of_nothing_leaves_the_ticket_as_it_is() -> None:
    ticket = open_ticket(team_id="it", tags=("a", "b"))
    assert change(ticket, title=ticket.title, tags=["a", "b", "a"], team_id="it", state="new") is ticket
    assert update(ticket, Update(time_spent=0), AGENT, NOW, WEEK) is ticket


@pytest.mark.parametrize("changes", [{"title": None}, {"state": None}, {"requester_id": None}, {"priority": None}])
def test_required_fields_cannot_be_emptied(changes: dict[str, Any]) -> None:
    with refused("field_cannot_be_emptied", f"/changes/{next(iter(changes))}"):
        change(open_ticket(), **changes)


def test_optional_fields_can_be_emptied() -> None:
    ticket = change(
        open_ticket(team_id="it", assignee_id="alice", tags=("a",)), team_id=None, assignee_id=None, tags=None
    )
    assert (ticket.team_id, ticket.assignee_id, ticket.tags) == (None, None, ())


def test_a_first_public_reply_opens_a_new_ticket_and_a_note_does_not() -> None:
    assert reply(open_ticket(), AGENT, visibility="internal").state == "new"
    assert reply(open_ticket(), AGENT, visibility="internal").first_reply_at is None
    assert reply(open_ticket(), AGENT).state == "open"
    assert reply(open_ticket(), AGENT, state="pending").state == "pending"
    assert reply(open_ticket(), REQUESTER).state == "new"


def test_an_assignment_opens_a_new_ticket_unless_a_state_is_named() -> None:
    assert change(open_ticket(), assignee_id="alice").state == "open"
    assert change(open_ticket(), assignee_id="alice", state="new").state == "new"
    assert change(open_ticket(), team_id="it").state == "new"
    assert open_ticket(assignee_id="alice").state == "open"


def test_an_agents_reply_to_their_own_ticket_is_no_first_reply() -> None:
    ticket = reply(open_ticket(), Author("bob", staff=True))
    assert (ticket.state, ticket.first_reply_at, ticket.last_comment_role) == ("new", None, "requester")


def test_resolving_needs_code_and_text_unless_the_ticket_has_them() -> None:
    with refused("resolution_missing", "/changes/resolution_code"):
        change(open_ticket(), state="resolved", resolution="A cable.")
    with refused("resolution_missing", "/changes/resolution"):
        change(open_ticket(), state="resolved", resolution_code="solved")
    prepared = change(open_ticket(), resolution_code="solved", resolution="A cable.")
    assert change(prepared, state="resolved").state == "resolved"
    with refused("resolution_missing", "/changes/resolution"):
        change(change(prepared, state="resolved"), resolution=None)


def test_a_reply_within_the_window_reopens_a_resolved_ticket_in_one_event() -> None:
    resolved = change(open_ticket(), **RESOLVED)
    reopened = reply(resolved, REQUESTER, at=NOW + WEEK)
    assert (reopened.state, reopened.reopens, reopened.resolved_at, reopened.version) == ("open", 1, None, 3)
    with refused("ticket_takes_no_replies"):
        reply(resolved, REQUESTER, at=NOW + WEEK + timedelta(seconds=1))


def test_a_reply_opens_a_pending_ticket_but_not_one_on_hold() -> None:
    assert reply(change(open_ticket(), state="pending"), REQUESTER).state == "open"
    assert reply(change(open_ticket(), state="on_hold"), REQUESTER).state == "on_hold"


@pytest.mark.parametrize("end", [{"state": "closed"}, {"state": "cancelled"}])
def test_a_closed_or_cancelled_ticket_takes_no_reply_even_with_its_state(end: dict[str, Any]) -> None:
    ticket = open_ticket()
    ticket = change(change(ticket, **RESOLVED), **end) if end["state"] == "closed" else change(ticket, **end)
    for changes in ({}, end):
        with refused("ticket_takes_no_replies"):
            reply(ticket, REQUESTER, **changes)


def test_closed_is_final_but_staff_may_leave_notes() -> None:
    closed = change(change(open_ticket(), **RESOLVED), state="closed")
    with refused("ticket_takes_no_replies"):
        change(closed, state="open")
    with refused("ticket_takes_no_replies"):
        change(closed, title="Other")
    with refused("ticket_takes_no_replies"):
        reply(closed, AGENT)
    assert reply(closed, AGENT, visibility="internal").version == closed.version + 1
    assert closed.closed_at == NOW


def test_staff_may_undo_a_cancellation_without_a_reopening() -> None:
    ticket = change(change(open_ticket(), state="cancelled"), state="open")
    assert (ticket.state, ticket.reopens) == ("open", 0)


def test_a_requester_may_cancel_confirm_and_reopen() -> None:
    assert change(open_ticket(), REQUESTER, state="cancelled").state == "cancelled"
    resolved = change(open_ticket(), **RESOLVED)
    confirmed = change(resolved, REQUESTER, at=NOW + 2 * WEEK, state="closed")
    assert (confirmed.state, confirmed.close_reason) == ("closed", "confirmed")
    assert change(resolved, REQUESTER, state="open").reopens == 1
    with refused("ticket_takes_no_replies"):
        change(resolved, REQUESTER, at=NOW + 2 * WEEK, state="open")


@pytest.mark.parametrize("state", ["open", "pending", "on_hold", "resolved", "closed"])
def test_a_requester_may_not_set_any_other_state_of_an_active_ticket(state: str) -> None:
    with refused("state_for_agents_only", "/changes/state"):
        change(open_ticket(), REQUESTER, state=state)


def test_a_requester_may_change_nothing_else() -> None:
    with refused("fields_for_agents_only", "/changes/title"):
        change(open_ticket(), REQUESTER, title="Other")
    with refused("notes_for_agents_only", "/comment/visibility"):
        reply(open_ticket(), REQUESTER, visibility="internal")
    with refused("time_for_agents_only", "/time_spent"):
        update(open_ticket(), Update(time_spent=5), REQUESTER, NOW, WEEK)


def test_no_event_is_earlier_than_the_one_before() -> None:
    ahead = replace(open_ticket(), updated_at=NOW + timedelta(seconds=5))
    assert change(ahead, at=NOW, title="Other").events[-1].at == NOW + timedelta(seconds=5)


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("a\n\n  b\tc") == "a b c"
    assert len(excerpt("word " * 500)) <= 200
