"""Applies the rules of trackline_schemas.access to a single ticket."""

from collections.abc import Callable
from typing import Any

from tickets.domain.ticket import Ticket
from tickets.domain.update import Author
from tickets.usecases.ports import Ports
from trackline_schemas.access import readable, readable_as_staff
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.filters import matches
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer


def _deciding_fields(ticket: Ticket | TicketView) -> dict[str, Any]:
    return {
        "team_id": ticket.team_id,
        "requester_id": ticket.requester_id,
        "participant_ids": list(ticket.participant_ids),
    }


def can_read(ports: Ports, viewer: Viewer, ticket: Ticket | TicketView) -> bool:
    return matches(readable(viewer, ports.teams.confidential()), _deciding_fields(ticket))


def check_can_read(ports: Ports, viewer: Viewer, ticket: Ticket) -> None:
    if not can_read(ports, viewer, ticket):
        raise not_found("ticket", ticket.number)


def is_staff(ports: Ports, viewer: Viewer, ticket: Ticket | TicketView) -> bool:
    """Returns whether the viewer may read internal notes and staff fields of the ticket."""
    return staff_rule(ports, viewer)(ticket)


def staff_rule(ports: Ports, viewer: Viewer) -> Callable[[Ticket | TicketView], bool]:
    """Returns `is_staff` for many tickets of one viewer."""
    rule = readable_as_staff(viewer, ports.teams.confidential())
    return lambda ticket: matches(rule, _deciding_fields(ticket))


def writes_as_staff(ports: Ports, viewer: Viewer, ticket: Ticket) -> bool:
    return viewer.has_role(ticket.team_id, "reply", ports.teams.confidential())


def author(ports: Ports, viewer: Viewer, ticket: Ticket) -> Author:
    """Raises ServiceError forbidden if the viewer may only read the ticket."""
    if writes_as_staff(ports, viewer, ticket):
        return Author(viewer.id, staff=True, takes=ports.teams.replies_assign(ticket.team_id))
    if viewer.id in (ticket.requester_id, *ticket.participant_ids):
        return Author(viewer.id, staff=False)
    raise refuse(reasons.tickets.TICKET_READ_ONLY, number=ticket.number)
