"""Decides the audience of a ticket event with the known people, the known teams and the rules of access."""

from collections.abc import Mapping
from typing import Any

from notifications.domain.audience import Audience, File, Happening, Rights, Words, audience, possible_recipients
from notifications.usecases.permission import to_viewer
from trackline_schemas.access import readable, readable_as_staff
from trackline_schemas.events import TICKET_CREATED, Event, TicketEvent, UserChanged
from trackline_schemas.filters import matches
from trackline_schemas.ticket.views import Comment, TicketView
from trackline_schemas.viewer import Viewer


def decide_audience(
    happening: Happening, ticket: TicketView, people: Mapping[str, UserChanged], teams: Mapping[str, bool]
) -> Audience:
    members = [person.id for person in people.values() if happening.team_id in person.teams]
    snapshot = ticket.model_dump()
    rights = {
        person_id: _rights(person_id, people.get(person_id), snapshot, teams)
        for person_id in possible_recipients(happening, members)
    }
    return audience(happening, members, rights)


def _rights(
    person_id: str, person: UserChanged | None, snapshot: Mapping[str, Any], teams: Mapping[str, bool]
) -> Rights:
    viewer = to_viewer(person) if person else Viewer(id=person_id)
    return Rights(
        reads=matches(readable(viewer, teams), snapshot),
        reads_as_staff=matches(readable_as_staff(viewer, teams), snapshot),
        answers=viewer.has_role(snapshot["team_id"], "reply", teams),
        active=person.active if person else None,
    )


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
        participant_ids=tuple(ticket.participant_ids),
    )


def _words(comment: Comment) -> Words:
    files = tuple(File(one.name, one.size) for one in comment.attachments)
    return Words(comment.author_id, comment.text, comment.visibility == "public", files, comment.role)
