"""Taking back one's last change: an ordinary update to the values before it, based on the version that it made.

What was changed is read from the ticket's history, so that a page hands back no more than number and version.
"""

import asyncio
import re
from typing import Any

from gateway.portal.kit import words
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from gateway.portal.ticket import page as ticket_page
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.ticket.commands import TicketChanges, UpdateTicket
from trackline_schemas.ticket.views import HistoryEntry, TicketView

FIELDS = frozenset({"title", "assignee_id", "team_id", "priority", "priority_reason", "category_id", "tags"})
# What goes with the state: a resolved ticket cannot be without its resolution.
WITH_STATE = frozenset({"state", "resolution_code", "resolution"})
_STEP = re.compile(r"^([A-Z]{2,5}-\d{1,12}):([1-9]\d{0,8})$")


async def offered(visit: Visit, after: TicketView) -> list[str]:
    """The viewer's step that led to `after`, as `number:version`, when it can be taken back."""
    if not (ticket_page.is_staff(visit, after) and ticket_page.may_write(visit, after)):
        return []
    try:
        entry = await _own(visit, after.number, after.version)
    except ServiceError:
        return []
    return [f"{after.number}:{after.version}"] if reversal(entry, after) else []


def reversal(entry: HistoryEntry, ticket: TicketView) -> dict[str, Any]:
    before = {name: values[0] for name, values in entry.changes.items() if name in FIELDS}
    if "priority" in before:
        # A priority set by hand goes nowhere without its reason.
        before.setdefault("priority_reason", ticket.priority_reason)
    was, now = entry.changes.get("state", (None, ""))
    if was in ticket_page.OFFERED.get(now, ()):
        before |= {name: values[0] for name, values in entry.changes.items() if name in WITH_STATE}
    return before


async def take_back(visit: Visit, key: str, step: str) -> str:
    """Gives the state that had to stay, in words, else nothing. Raises ServiceError."""
    parsed = _STEP.match(step)
    if parsed is None:
        raise _nothing()
    number, version = parsed[1], int(parsed[2])
    entry, ticket = await asyncio.gather(_own(visit, number, version), visit.parts.tickets.get(visit.reading(), number))
    changes = reversal(entry, ticket)
    command = UpdateTicket(changes=TicketChanges.model_validate(changes), base_version=version)
    after = await visit.parts.tickets.update(visit.writing("ticket.update", key, number), number, command)
    return words.state(after.state) if "state" in entry.changes.keys() - changes.keys() else ""


async def _own(visit: Visit, number: str, version: int) -> HistoryEntry:
    entry = await visit.parts.tickets.event(visit.reading(), number, version)
    if entry is None or entry.actor_id != visit.viewer.id:
        raise _nothing()
    return entry


def _nothing() -> ServiceError:
    return refuse(reasons.records.NOTHING_TO_UNDO, pointer="/done")


def why_not(error: ServiceError) -> tuple[str, str]:
    """A message for the toast and its value."""
    names = [words.word(words.FIELDS, clash.field) for clash in ticket_page.clashes_of(error)]
    return ("overtaken", ", ".join(names)) if names else ("not_undone", explain(error))
