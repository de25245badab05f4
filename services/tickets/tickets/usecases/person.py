"""What becomes of the tickets of people who cannot answer them any more, because they have left, or because their role
or the team has changed: the successor of who left gets them, or nobody has them and the team hears."""

from collections.abc import Callable, Collection, Sequence

from tickets.domain.ticket import Ticket
from tickets.domain.update import Author, Update
from tickets.domain.update import update as decide
from tickets.usecases.assignee import can_answer
from tickets.usecases.command import retry_on_conflict
from tickets.usecases.events import ticket_event
from tickets.usecases.ports import Colleague, Holder, Ports, Stored
from trackline_schemas.context import CallContext
from trackline_schemas.events import TEAM_CHANGED, USER_CHANGED, Event, UserChanged
from trackline_schemas.ticket.states import ACTIVE
from trackline_schemas.viewer import SYSTEM

AT_ONCE = 1000
SYSTEM_AUTHOR = Author(SYSTEM.id, staff=True)


def apply(ports: Ports, events: Sequence[Event]) -> None:
    for event in events:
        ports.people.apply(UserChanged.model_validate(event.data), event.sequence)


def settle_after(ports: Ports, events: Sequence[Event]) -> None:
    """Settles what new events of people and teams may have changed. What became of the tickets was done when a replayed
    event was new."""
    people, teams = (
        {event.subject for event in events if event.type == type_ and not event.replay}
        for type_ in (USER_CHANGED, TEAM_CHANGED)
    )
    if people:
        _settle(ports, ports.tickets.holders(people=people))
    if teams:
        _settle(ports, ports.tickets.holders(teams=teams))


def settle_all(ports: Ports) -> None:
    """Settles the tickets that were assigned at the same moment as somebody lost the right, and those of a release that
    did not ask for it."""
    _settle(ports, ports.tickets.holders())


def _settle(ports: Ports, holders: Collection[Holder]) -> None:
    people = {person_id: ports.people.find(person_id) for person_id in {person_id for person_id, _ in holders}}
    for person_id, team_id in holders:
        person = people[person_id]
        # Tickets that another system had given to somebody who never was an agent stay as they were there.
        if person is not None and person.worked:
            _settle_team(ports, person, team_id)


def _settle_team(ports: Ports, person: Colleague, team_id: str | None) -> None:
    """Gives the active tickets of a team that the person cannot answer to their successor, or to nobody. Gives the
    person or the successor what nobody has taken since then."""
    able = can_answer(ports, person, team_id)
    heir = person.viewer.id if able else _find_successor(ports, person, team_id)
    if not able:
        _move_all(ports, person, team_id, heir, ports.tickets.find_assigned)
    if heir:
        _move_all(ports, person, team_id, heir, ports.tickets.find_left_by)


def _find_successor(ports: Ports, person: Colleague, team_id: str | None) -> str | None:
    if person.at_work:
        return None
    successor = ports.people.find(person.successor_id or "")
    return successor.viewer.id if successor and can_answer(ports, successor, team_id) else None


def _move_all(
    ports: Ports,
    person: Colleague,
    team_id: str | None,
    heir: str | None,
    find: Callable[[str, str | None, int], list[Stored]],
) -> None:
    def move(found: Stored) -> bool:
        return retry_on_conflict(lambda: _move(ports, (person.viewer.id, team_id), heir, found.ticket))

    # A ticket that cannot be moved is found again, so a round that moves nothing is the last one.
    while sum(map(move, find(person.viewer.id, team_id, AT_ONCE))):
        pass


def _move(ports: Ports, holder: Holder, heir: str | None, found: Ticket) -> bool:
    """Returns whether the ticket was moved. Raises VersionConflict."""
    stored = ports.tickets.by_id(found.id)
    if stored is None or stored.ticket.purged_at or not _is_held_by(holder, stored.ticket):
        return False
    ticket = stored.ticket
    asked = Update({"assignee_id": heir}) if heir else Update()
    after = decide(ticket, asked, SYSTEM_AUTHOR, ports.clock(), ports.reopen_window, assignee_unable=heir is None)
    if after is ticket:
        return False
    ports.tickets.save(ticket, after, [ticket_event(after, CallContext(viewer=SYSTEM))], None)
    return True


def _is_held_by(holder: Holder, ticket: Ticket) -> bool:
    return ticket.state in ACTIVE and (ticket.assignee_id or ticket.left_by_id, ticket.team_id) == holder
