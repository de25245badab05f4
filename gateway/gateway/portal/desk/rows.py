"""The rows of the queue: tickets, with what the viewer has not read and may not change."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from gateway.actions.rights import may_write
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit
from trackline_schemas.ticket.views import TicketView

MAX_TAGS = 1


@dataclass(frozen=True)
class Row:
    """`locked` says why the viewer cannot change the ticket, or is empty."""

    ticket: TicketView
    unread: bool
    locked: str

    @property
    def tags(self) -> Sequence[str]:
        return self.ticket.tags[:MAX_TAGS]

    @property
    def more_tags(self) -> Sequence[str]:
        return self.ticket.tags[MAX_TAGS:]


def build(visit: Visit, tickets: Sequence[TicketView], unread: Container[str]) -> list[Row]:
    return [Row(ticket, ticket.id in unread, why_locked(visit, ticket)) for ticket in tickets]


def why_locked(visit: Visit, ticket: TicketView) -> str:
    if ticket.state == "closed":
        return gettext("%(number)s is closed.") % {"number": ticket.number}
    if may_write(visit.parts, visit.caller, ticket):
        return ""
    team = visit.team(ticket.team_id)
    if not team:
        return gettext("You may only read %(number)s.") % {"number": ticket.number}
    return gettext("You may only read %(number)s, because it belongs to the team %(team)s.") % {
        "number": ticket.number,
        "team": team,
    }
