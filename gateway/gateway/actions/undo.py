"""Undoes the caller's last change of a ticket. This is an ordinary update to the values before the change, based on the
version that the change made.

The history of the ticket says what was changed, so an entrance only passes the ticket's number and the version, as a
step `number:version`.
"""

import asyncio
import re
from typing import Any

from gateway.actions import tickets
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.actions.rights import is_staff, may_write
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.ticket.commands import TicketChanges, UpdateTicket
from trackline_schemas.ticket.fields import EDITABLE, WITH_STATE
from trackline_schemas.ticket.states import TRANSITIONS
from trackline_schemas.ticket.views import HistoryEntry, TicketView

FIELDS = frozenset(EDITABLE) - WITH_STATE
_STEP = re.compile(r"^([A-Z]{2,5}-\d{1,12}):([1-9]\d{0,8})$")


async def list_undoable(parts: Parts, caller: Caller, after: TicketView) -> list[str]:
    """Returns the caller's step that led to `after` if it can be undone, or else an empty list."""
    if not (is_staff(parts, caller, after) and may_write(parts, caller, after)):
        return []
    try:
        entry = await _get_own_entry(parts, caller, after.number, after.version)
    except ServiceError:
        return []
    return [f"{after.number}:{after.version}"] if reverse(entry, after) else []


def reverse(entry: HistoryEntry, ticket: TicketView) -> dict[str, Any]:
    """Returns the changes that restore the values before `entry`. The state is not among them if the transition back
    is not allowed. Whoever became the assignee by a comment stays it, because the comment stays too."""
    kept = {"assignee_id"} if entry.comment is not None else set()
    before = {name: values[0] for name, values in entry.changes.items() if name in FIELDS - kept}
    if "priority" in before:
        # A priority that was set by hand is refused without a reason.
        before.setdefault("priority_reason", ticket.priority_reason)
    was, now = entry.changes.get("state", (None, ""))
    if was in TRANSITIONS.get(now, ()):
        before |= {name: values[0] for name, values in entry.changes.items() if name in WITH_STATE}
    return before


async def take_back(parts: Parts, caller: Caller, step: str, key: str | None = None) -> str | None:
    """Undoes a step. Returns the state that the ticket kept because the transition back is not allowed, or None. Raises
    ServiceError."""
    parsed = _STEP.match(step)
    if parsed is None:
        raise _nothing_to_undo()
    number, version = parsed[1], int(parsed[2])
    entry, ticket = await asyncio.gather(
        _get_own_entry(parts, caller, number, version), parts.tickets.get(caller.reading(), number)
    )
    changes = reverse(entry, ticket)
    command = UpdateTicket(changes=TicketChanges.model_validate(changes), base_version=version)
    after = await tickets.update(parts, caller, number, command, key=key)
    return after.state if "state" in entry.changes.keys() - changes.keys() else None


async def _get_own_entry(parts: Parts, caller: Caller, number: str, version: int) -> HistoryEntry:
    entry = await parts.tickets.event(caller.reading(), number, version)
    if entry is None or entry.actor_id != caller.viewer.id:
        raise _nothing_to_undo()
    return entry


def _nothing_to_undo() -> ServiceError:
    return refuse(reasons.records.NOTHING_TO_UNDO, pointer="/done")
