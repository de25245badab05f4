"""Taking back one's last change: an ordinary update to the values before it, based on the version that it made.

The ticket's history says what was changed, so that an entrance hands back no more than number and version.
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


async def offered(parts: Parts, caller: Caller, after: TicketView) -> list[str]:
    """The caller's step that led to `after`, as `number:version`, when it can be taken back."""
    if not (is_staff(parts, caller, after) and may_write(parts, caller, after)):
        return []
    try:
        entry = await _own(parts, caller, after.number, after.version)
    except ServiceError:
        return []
    return [f"{after.number}:{after.version}"] if reversal(entry, after) else []


def reversal(entry: HistoryEntry, ticket: TicketView) -> dict[str, Any]:
    """The changes that bring back the values before `entry`."""
    before = {name: values[0] for name, values in entry.changes.items() if name in FIELDS}
    if "priority" in before:
        # A priority set by hand goes nowhere without its reason.
        before.setdefault("priority_reason", ticket.priority_reason)
    was, now = entry.changes.get("state", (None, ""))
    if was in TRANSITIONS.get(now, ()):
        before |= {name: values[0] for name, values in entry.changes.items() if name in WITH_STATE}
    return before


async def take_back(parts: Parts, caller: Caller, step: str, key: str | None = None) -> str | None:
    """Returns the state that the ticket had to keep, if any. Raises ServiceError."""
    parsed = _STEP.match(step)
    if parsed is None:
        raise _nothing()
    number, version = parsed[1], int(parsed[2])
    entry, ticket = await asyncio.gather(
        _own(parts, caller, number, version), parts.tickets.get(caller.reading(), number)
    )
    changes = reversal(entry, ticket)
    command = UpdateTicket(changes=TicketChanges.model_validate(changes), base_version=version)
    after = await tickets.update(parts, caller, number, command, key=key)
    return after.state if "state" in entry.changes.keys() - changes.keys() else None


async def _own(parts: Parts, caller: Caller, number: str, version: int) -> HistoryEntry:
    entry = await parts.tickets.event(caller.reading(), number, version)
    if entry is None or entry.actor_id != caller.viewer.id:
        raise _nothing()
    return entry


def _nothing() -> ServiceError:
    return refuse(reasons.records.NOTHING_TO_UNDO, pointer="/done")
