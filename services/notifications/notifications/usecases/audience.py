"""Decides the audience of a ticket event with the known people, the known teams and the rules of access."""

from collections.abc import Mapping

from notifications.domain.audience import Audience, File, Happening, Rights, Words, audience, possible_recipients
from notifications.usecases.permission import to_viewer
from notifications.usecases.ports import TicketRights
from trackline_schemas.access import DECIDING, Eyes
from trackline_schemas.events import TICKET_CREATED, Event, TicketEvent, UserChanged
from trackline_schemas.filters import matches
from trackline_schemas.ticket.views import Comment, TicketView
from trackline_schemas.viewer import Viewer


class Audiences:
    """Decides the audiences of a batch of events. What each person may read is worked out once."""

    def __init__(self, people: Mapping[str, UserChanged], teams: Mapping[str, bool]) -> None:
        self._people = people
        self._teams = teams
        self._eyes: dict[str, Eyes] = {}

    def decide(self, happening: Happening, ticket: TicketView) -> Audience:
        members = [person.id for person in self._people.values() if happening.team_id in person.teams]
        seen = {name: getattr(ticket, name) for name in DECIDING}
        rights = {person_id: self._rights(person_id, seen) for person_id in possible_recipients(happening, members)}
        return audience(happening, members, rights)

    def _rights(self, person_id: str, ticket: TicketRights) -> Rights:
        person, eyes = self._people.get(person_id), self._eyes_of(person_id)
        return Rights(
            reads=matches(eyes.all, ticket),
            reads_as_staff=matches(eyes.as_staff, ticket),
            answers=eyes.viewer.has_role(ticket["team_id"], "reply", self._teams),
            active=person.active if person else None,
        )

    def _eyes_of(self, person_id: str) -> Eyes:
        if person_id not in self._eyes:
            person = self._people.get(person_id)
            self._eyes[person_id] = Eyes.of(to_viewer(person) if person else Viewer(id=person_id), self._teams)
        return self._eyes[person_id]


def to_happening(event: Event, data: TicketEvent) -> Happening:
    comment, ticket = data.comment, data.ticket
    return Happening(
        actor_id=event.actor,
        created=event.type == TICKET_CREATED,
        changes=data.changes,
        words=_words(comment) if comment else None,
        state=ticket.state,
        requester_id=ticket.requester_id,
        assignee_id=ticket.assignee_id,
        team_id=ticket.team_id,
        resolution=ticket.resolution,
        replier_ids=tuple(data.replier_ids),
    )


def _words(comment: Comment) -> Words:
    files = tuple(File(one.name, one.size) for one in comment.attachments)
    return Words(comment.author_id, comment.text, comment.visibility == "public", files)
