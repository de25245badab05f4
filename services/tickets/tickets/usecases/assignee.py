"""Who may have a ticket: only somebody who can answer in its team, or the requester's words would reach nobody."""

from collections.abc import Mapping
from typing import Any

from tickets.domain.ticket import Ticket
from tickets.domain.update import Author
from tickets.usecases.ports import Colleague, Ports
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.ticket.states import ACTIVE
from trackline_schemas.viewer import Viewer


def can_answer(ports: Ports, person: Colleague, team_id: str | None) -> bool:
    return person.at_work and _may_answer(ports, person.viewer, team_id)


def check_named(ports: Ports, context: CallContext, person_id: str | None, team_id: str | None, pointer: str) -> None:
    """Raises ServiceError invalid unless whom the command names can answer in the team that the ticket has after it.
    The gateway sends the rights of this person, because they may be newer than what this service knows. A gateway of
    the release before sends none."""
    sent = context.assignee
    if sent is not None and sent.id == person_id:
        able = _may_answer(ports, sent, team_id)
    else:
        able = person_id is None or not is_known_as_unable(ports, person_id, team_id)
    if not able:
        raise refuse(reasons.tickets.ASSIGNEE_CANNOT_ANSWER, pointer=pointer)


def loses_ticket(ports: Ports, ticket: Ticket, changes: Mapping[str, Any], said: bool, author: Author) -> bool:
    """Returns whether an update takes the ticket from an assignee who cannot answer it. `said` tells whether it has a
    comment. The people are looked up only where somebody must hear of the update: a comment, another team, and whatever
    may reopen the ticket."""
    team_id = changes.get("team_id", ticket.team_id)
    moves = team_id != ticket.team_id
    if ticket.assignee_id is None or "assignee_id" in changes or not (moves or said or ticket.state not in ACTIVE):
        return False
    answers_themselves = author.staff and author.id == ticket.assignee_id and not moves
    return not answers_themselves and is_known_as_unable(ports, ticket.assignee_id, team_id)


def is_known_as_unable(ports: Ports, person_id: str, team_id: str | None) -> bool:
    """Returns False for somebody of whom this service has not heard yet."""
    person = ports.people.find(person_id)
    return person is not None and not can_answer(ports, person, team_id)


def _may_answer(ports: Ports, person: Viewer, team_id: str | None) -> bool:
    teams = ports.teams.confidential()
    # A team of which this service has not heard yet counts as open: otherwise an administrator would lose its tickets.
    return person.has_role(team_id, "reply", {team_id: False, **teams} if team_id else teams)
