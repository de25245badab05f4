"""Collects what the page of a ticket shows, for its requester and for agents."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gateway.actions.rights import may_answer, may_write
from gateway.people.directory import Person, Team
from gateway.portal.kit import desk_frame, i18n, queue
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.conflicts import Conflict
from gateway.portal.kit.markup import own
from gateway.portal.kit.unread import Unread, load_unread
from gateway.portal.kit.visit import Visit
from gateway.portal.ticket import timeline
from gateway.portal.ticket.markdown import Preview, Texts
from gateway.portal.ticket.news import News, news_of
from gateway.portal.ticket.part import Part, Place, read_part
from gateway.portal.ticket.sentences import Teller
from gateway.portal.ticket.sources import Comments, History
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.states import TRANSITIONS
from trackline_schemas.ticket.views import Attachment, Comment, TicketView

STEPS = ("new", "open", "resolved", "closed")


@dataclass(frozen=True)
class Composer:
    """The content of the composer. After a refused form it holds everything that was typed. `adding` is what was typed
    to add participants."""

    text: str = ""
    visibility: str = "public"
    state: str = ""
    resolution_code: str = "solved"
    resolution: str = ""
    key: str = ""
    message: str = ""
    adding: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    conflicts: Sequence[Conflict] = ()
    attached: Sequence[Attachment] = ()
    preview: Preview | None = None


async def for_requester(visit: Visit, ticket: TicketView, place: Place) -> dict[str, Any]:
    texts = Texts(visit)
    part, unread = await asyncio.gather(read_part(place, Comments(visit, ticket.number, texts)), _load_unread(visit))
    return {
        "ticket": ticket,
        "written": texts,
        "participants": i18n.enumerate_words([own(visit.name(one)) for one in ticket.participant_ids]),
        "comments": part.items,
        "steps": STEPS,
        "unread": unread.count,
        **_conversation(visit, part, part.items, news_of(unread, ticket)),
    }


async def _load_unread(visit: Visit) -> Unread:
    """A page that is open already keeps its marks."""
    return Unread() if visit.fragment else await load_unread(visit)


async def for_staff(visit: Visit, ticket: TicketView, place: Place) -> dict[str, Any]:
    texts = Texts(visit)
    inbox = asyncio.create_task(_load_unread(visit))
    part, categories, others, unread, frame = await asyncio.gather(
        read_part(place, History(visit, ticket.number, texts)),
        list_categories(visit),
        _other_tickets(visit, ticket),
        inbox,
        desk_frame.load_unless_fragment(visit, inbox),
    )
    comments = [event.comment for event in part.items if event.comment]
    naming = queue.value_namer(visit, categories)
    return {
        "ticket": ticket,
        "written": texts,
        "entries": timeline.entries(part.items),
        "spent": timeline.time_in_states(part.items, datetime.now(UTC)) if part.is_whole else {},
        # The menus offer these states. The tickets service decides whether a change is allowed.
        "offered": TRANSITIONS.get(ticket.state, ()),
        "may_write": may_write(visit.parts, visit.caller, ticket) and ticket.state != "closed",
        "teams": _teams(visit, ticket),
        "assignees": _assignees(visit, ticket),
        "categories": [known for known in categories if known.active or known.id == ticket.category_id],
        "others": others,
        "naming": naming,
        "tell": Teller(naming).tell,
        "solution_id": timeline.find_solution(ticket, comments),
        "frame": frame,
        "here": "",
        **_conversation(visit, part, comments, news_of(unread, ticket)),
    }


def _conversation(visit: Visit, part: Part[Any], comments: Sequence[Comment], news: News) -> dict[str, Any]:
    return {
        "part": part,
        # What somebody has not seen stays unread while an older part is on the screen.
        "has_unread": bool(news) and not part.newer,
        "first_unread": news.first_in(comments, visit.viewer.id, from_the_beginning=not part.older),
    }


async def _other_tickets(visit: Visit, ticket: TicketView) -> list[TicketView]:
    """Returns the requester's other recent tickets."""
    if visit.fragment:
        return []
    own = Condition(field="requester_id", op="eq", value=ticket.requester_id)
    try:
        page = await visit.parts.tickets.list(visit.reading(), PageQuery(filter=own, sort="-created_at", size=6))
    except ServiceError:
        return []
    return [other for other in page.items if other.id != ticket.id][:5]


def _teams(visit: Visit, ticket: TicketView) -> list[Team]:
    return [team for team in visit.parts.people.directory.all_teams() if team.active or team.id == ticket.team_id]


def _assignees(visit: Visit, ticket: TicketView) -> list[Person]:
    """Returns those members of the ticket's team, or of all teams if it has none, who may reply to it. The present
    assignee is always in the list."""
    directory = visit.parts.people.directory
    teams = [ticket.team_id] if ticket.team_id else list(directory.teams())
    members = (person for team_id in teams for person in directory.members(team_id))
    people = {person.id: person for person in members if may_answer(visit.parts, person.viewer, ticket)}
    present = directory.user(ticket.assignee_id) if ticket.assignee_id else None
    if present:
        people[present.id] = present
    if visit.viewer.agent and visit.person.id not in people and may_write(visit.parts, visit.caller, ticket):
        people[visit.person.id] = visit.person
    return sorted(people.values(), key=lambda person: person.name.casefold())
