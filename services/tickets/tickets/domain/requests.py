"""The rules for changes by a requester who is not staff."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tickets.domain.errors import DomainError
from tickets.domain.ticket import Ticket
from trackline_schemas.ticket.fields import EDITABLE_BY_REQUESTER
from trackline_schemas.ticket.states import ACTIVE, FINAL


def closed_error(ticket: Ticket) -> DomainError:
    return DomainError("ticket_takes_no_replies", number=ticket.number, state=ticket.state)


def may_reopen(ticket: Ticket, at: datetime, window: timedelta) -> bool:
    return ticket.state == "resolved" and at - ticket.state_since <= window


def state_after_reply(ticket: Ticket, at: datetime, window: timedelta) -> str:
    """A reply of the requester reopens a ticket that waits for it or was resolved within the window."""
    if ticket.state in FINAL:
        raise closed_error(ticket)
    if ticket.state == "resolved" and not may_reopen(ticket, at, window):
        raise closed_error(ticket)
    return "open" if ticket.state in ("pending", "resolved") else ticket.state


def check(ticket: Ticket, changes: Mapping[str, Any], at: datetime, window: timedelta) -> None:
    others = sorted(set(changes) - EDITABLE_BY_REQUESTER)
    if others:
        raise DomainError("fields_for_agents_only", f"/changes/{others[0]}", fields=others)
    if ticket.state in FINAL and set(changes) - {"state"}:
        raise closed_error(ticket)
    state = changes.get("state", ticket.state)
    if state != ticket.state:
        _check_state(ticket, state, at, window)


def _check_state(ticket: Ticket, state: str, at: datetime, window: timedelta) -> None:
    if state == "cancelled" and ticket.state in ACTIVE:
        return
    if state == "closed" and ticket.state == "resolved":
        return
    if state == "open" and may_reopen(ticket, at, window):
        return
    if ticket.state in FINAL or (ticket.state == "resolved" and state == "open"):
        raise closed_error(ticket)
    raise DomainError("state_for_agents_only", "/changes/state", wanted=state)
