"""The reply templates that an agent may insert into a reply, with the values of one ticket."""

from dataclasses import dataclass

from gateway.portal.kit.visit import Visit
from trackline_schemas.filters import Condition
from trackline_schemas.records.kinds.reply_template import KIND, fill
from trackline_schemas.ticket.views import TicketView


@dataclass(frozen=True)
class FilledTemplate:
    name: str
    text: str


async def list_templates(visit: Visit, ticket: TicketView) -> list[FilledTemplate]:
    """Returns them by name. A template in a certain language is left out if the requester uses another."""
    active = Condition(field="active", op="eq", value=True)
    found = await visit.parts.records.all(visit.reading(), KIND, active)
    requester = visit.parts.people.directory.user(ticket.requester_id)
    language, values = requester.language if requester else None, _values(visit, ticket)
    return [FilledTemplate(one.name, fill(one.text, values)) for one in found if one.language in (None, language)]


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
