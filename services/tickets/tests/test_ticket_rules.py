"""The rules by themselves: no store, no rights beyond staff or requester."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tickets.domain.create import create
from tickets.domain.errors import DomainError
from tickets.domain.ticket import Ticket, excerpt
from tickets.domain.update import Author, Update, update

from .drafts import draft_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
AGENT = Author("alice", staff=True)
REQUESTER = Author("bob", staff=False)
RESOLVED: dict[str, Any] = {"state": "resolved", "resolution_code": "solved", "resolution": "A new cable."}


def opened(**members: Any) -> Ticket:
    draft = draft_of(**members)
    return create(draft, "bob", "t1", 1001, NOW)


def changed(ticket: Ticket, author: Author = AGENT, at: datetime = NOW, **changes: Any) -> Ticket:
    return update(ticket, Update(changes), author, at, WEEK)


def said(ticket: Ticket, author: Author, at: datetime = NOW, visibility: Any = "public", **changes: Any) -> Ticket:
    return update(ticket, Update(changes, "Any news?", visibility), author, at, WEEK)


def refused(reason: str, pointer: str | None = None) -> Any:
    return pytest.raises(DomainError, check=lambda error: (error.reason, error.pointer) == (reason, pointer))


def test_a_new_ticket_has_one_event_that_names_all_its_fields() -> None:
    ticket = opened(category_id="net")
    (event,) = ticket.events
    assert (ticket.number, ticket.version, event.sequence, event.type) == ("INC-1001", 1, 1, "created")
    assert event.changes["state"] == (None, "new")
    assert event.changes["category_id"] == (None, "net")
    assert "team_id" not in event.changes
    assert event.comment is not None
    assert (event.comment.text, event.comment.role, ticket.excerpt) == ("Nothing works.", "requester", "Nothing works.")


def test_a_ticket_opened_for_somebody_else_is_the_agents_words() -> None:
    ticket = opened(requester_id="erin")
    assert (ticket.requester_id, ticket.opened_by_id, ticket.last_comment_role) == ("erin", "bob", "agent")
    assert ticket.first_reply_at is None


def test_reply_and_resolve_is_one_event() -> None:
    ticket = said(opened(), AGENT, **RESOLVED)
    event = ticket.events[-1]
    assert ticket.version == event.sequence == 2
    assert event.comment is not None
    assert event.changes["state"] == ("new", "resolved")
    assert (ticket.resolved_at, ticket.first_reply_at, ticket.timeline[-1]) == (NOW, NOW, ("resolved", NOW))


def test_a_change_of_nothing_leaves_the_ticket_as_it_is() -> None:
    ticket = opened(team_id="it", tags=("a", "b"))
    assert changed(ticket, title=ticket.title, tags=["a", "b", "a"], team_id="it", state="new") is ticket
    assert update(ticket, Update(time_spent=0), AGENT, NOW, WEEK) is ticket


@pytest.mark.parametrize("changes", [{"title": None}, {"state": None}, {"requester_id": None}, {"priority": None}])
def test_what_a_ticket_needs_cannot_be_emptied(changes: dict[str, Any]) -> None:
    with refused("field_cannot_be_emptied", f"/changes/{next(iter(changes))}"):
        changed(opened(), **changes)


def test_optional_fields_can_be_emptied() -> None:
    ticket = changed(opened(team_id="it", assignee_id="alice", tags=("a",)), team_id=None, assignee_id=None, tags=None)
    assert (ticket.team_id, ticket.assignee_id, ticket.tags) == (None, None, ())


def test_a_first_public_reply_opens_a_new_ticket_and_a_note_does_not() -> None:
    assert said(opened(), AGENT, visibility="internal").state == "new"
    assert said(opened(), AGENT, visibility="internal").first_reply_at is None
    assert said(opened(), AGENT).state == "open"
    assert said(opened(), AGENT, state="pending").state == "pending"
    assert said(opened(), REQUESTER).state == "new"


def test_an_assignment_opens_a_new_ticket_unless_a_state_is_named() -> None:
    assert changed(opened(), assignee_id="alice").state == "open"
    assert changed(opened(), assignee_id="alice", state="new").state == "new"
    assert changed(opened(), team_id="it").state == "new"
    assert opened(assignee_id="alice").state == "open"


def test_an_agents_reply_to_his_own_ticket_is_no_first_reply() -> None:
    ticket = said(opened(), Author("bob", staff=True))
    assert (ticket.state, ticket.first_reply_at, ticket.last_comment_role) == ("new", None, "requester")


def test_resolving_needs_code_and_text_of_which_stored_ones_count() -> None:
    with refused("resolution_missing", "/changes/resolution_code"):
        changed(opened(), state="resolved", resolution="A cable.")
    with refused("resolution_missing", "/changes/resolution"):
        changed(opened(), state="resolved", resolution_code="solved")
    prepared = changed(opened(), resolution_code="solved", resolution="A cable.")
    assert changed(prepared, state="resolved").state == "resolved"
    with refused("resolution_missing", "/changes/resolution"):
        changed(changed(prepared, state="resolved"), resolution=None)


def test_a_reply_reopens_what_was_resolved_within_the_window_as_one_event() -> None:
    resolved = changed(opened(), **RESOLVED)
    reopened = said(resolved, REQUESTER, at=NOW + WEEK)
    assert (reopened.state, reopened.reopens, reopened.resolved_at, reopened.version) == ("open", 1, None, 3)
    with refused("ticket_takes_no_replies"):
        said(resolved, REQUESTER, at=NOW + WEEK + timedelta(seconds=1))


def test_a_reply_brings_back_a_pending_ticket_and_leaves_one_on_hold() -> None:
    assert said(changed(opened(), state="pending"), REQUESTER).state == "open"
    assert said(changed(opened(), state="on_hold"), REQUESTER).state == "on_hold"


@pytest.mark.parametrize("end", [{"state": "closed"}, {"state": "cancelled"}])
def test_no_reply_to_what_is_closed_or_cancelled_even_naming_its_state(end: dict[str, Any]) -> None:
    ticket = opened()
    ticket = changed(changed(ticket, **RESOLVED), **end) if end["state"] == "closed" else changed(ticket, **end)
    for changes in ({}, end):
        with refused("ticket_takes_no_replies"):
            said(ticket, REQUESTER, **changes)


def test_closed_is_final_but_staff_may_leave_notes() -> None:
    closed = changed(changed(opened(), **RESOLVED), state="closed")
    with refused("ticket_takes_no_replies"):
        changed(closed, state="open")
    with refused("ticket_takes_no_replies"):
        changed(closed, title="Other")
    with refused("ticket_takes_no_replies"):
        said(closed, AGENT)
    assert said(closed, AGENT, visibility="internal").version == closed.version + 1
    assert closed.closed_at == NOW


def test_staff_may_undo_a_cancellation_which_is_no_reopening() -> None:
    ticket = changed(changed(opened(), state="cancelled"), state="open")
    assert (ticket.state, ticket.reopens) == ("open", 0)


def test_a_requester_may_cancel_confirm_and_reopen() -> None:
    assert changed(opened(), REQUESTER, state="cancelled").state == "cancelled"
    resolved = changed(opened(), **RESOLVED)
    confirmed = changed(resolved, REQUESTER, at=NOW + 2 * WEEK, state="closed")
    assert (confirmed.state, confirmed.close_reason) == ("closed", "confirmed")
    assert changed(resolved, REQUESTER, state="open").reopens == 1
    with refused("ticket_takes_no_replies"):
        changed(resolved, REQUESTER, at=NOW + 2 * WEEK, state="open")


@pytest.mark.parametrize("state", ["open", "pending", "on_hold", "resolved", "closed"])
def test_a_requester_may_move_an_active_ticket_nowhere_else(state: str) -> None:
    with refused("state_for_agents_only", "/changes/state"):
        changed(opened(), REQUESTER, state=state)


def test_a_requester_may_change_nothing_else() -> None:
    with refused("fields_for_agents_only", "/changes/title"):
        changed(opened(), REQUESTER, title="Other")
    with refused("notes_for_agents_only", "/comment/visibility"):
        said(opened(), REQUESTER, visibility="internal")
    with refused("time_for_agents_only", "/time_spent"):
        update(opened(), Update(time_spent=5), REQUESTER, NOW, WEEK)


def test_time_never_runs_backwards_on_a_ticket() -> None:
    ahead = replace(opened(), updated_at=NOW + timedelta(seconds=5))
    assert changed(ahead, at=NOW, title="Other").events[-1].at == NOW + timedelta(seconds=5)


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("a\n\n  b\tc") == "a b c"
    assert len(excerpt("word " * 500)) <= 200
