"""The reply templates that an agent may insert, filled in for one ticket."""

from dataclasses import dataclass

from gateway.portal.kit.visit import Visit
from trackline_schemas.filters import Condition
from trackline_schemas.records.kinds.reply_template import KIND, fill
from trackline_schemas.ticket.views import TicketView


@dataclass(frozen=True)
class Offer:
    name: str
    text: str


async def offers(visit: Visit, ticket: TicketView) -> list[Offer]:
    """By name. Those in a language of their own only where the requester speaks it."""
    active = Condition(field="active", op="eq", value=True)
    found = await visit.parts.records.all(visit.reading(), KIND, active)
    requester = visit.parts.people.directory.user(ticket.requester_id)
    language, values = requester.language if requester else None, _values(visit, ticket)
    return [Offer(one.name, fill(one.text, values)) for one in found if one.language in (None, language)]


def _values(visit: Visit, ticket: TicketView) -> dict[str, str]:
    requester, agent = visit.name(ticket.requester_id), visit.person.name
    return {
        "requester.name": requester,
        "requester.first_name": requester.partition(" ")[0],
        "agent.name": agent,
        "agent.first_name": agent.partition(" ")[0],
        "ticket.number": ticket.number,
        "ticket.title": ticket.title,
        "organisation.name": visit.parts.people.directory.organisation.site,
    }
