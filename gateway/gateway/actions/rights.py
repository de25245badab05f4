"""What the caller may see and do with a ticket. It decides only what is offered: the tickets service checks again."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from trackline_schemas.access import readable_as_staff
from trackline_schemas.filters import matches
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer


def is_staff(parts: Parts, caller: Caller, ticket: TicketView) -> bool:
    """Tells whether the caller may read the internal notes and staff fields of the ticket."""
    teams = parts.people.directory.teams()
    return matches(readable_as_staff(caller.viewer, teams), ticket.model_dump())


def may_write(parts: Parts, caller: Caller, ticket: TicketView) -> bool:
    return may_answer(parts, caller.viewer, ticket)


def may_answer(parts: Parts, person: Viewer, ticket: TicketView) -> bool:
    """Tells whether the person may reply to the ticket, and so be its assignee."""
    return person.has_role(ticket.team_id, "reply", parts.people.directory.teams())
