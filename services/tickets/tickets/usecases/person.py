"""What becomes of the tickets of people who leave: their successor gets them, or nobody has them and the team hears."""

from collections.abc import Iterator, Sequence

from tickets.domain.ticket import Ticket
from tickets.domain.update import Author, Update
from tickets.domain.update import update as decide
from tickets.usecases.command import retry_on_conflict
from tickets.usecases.events import ticket_event
from tickets.usecases.ports import Colleague, Ports, Stored
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event, UserChanged
from trackline_schemas.viewer import SYSTEM

AT_ONCE = 1000
SYSTEM_AUTHOR = Author(SYSTEM.id, staff=True)


def apply(ports: Ports, events: Sequence[Event]) -> None:
    """Keeps what is new of people. What became of their tickets was done when a replayed event was new."""
    for event in events:
        ports.people.apply(UserChanged.model_validate(event.data), event.sequence)
    for person_id in dict.fromkeys(event.subject for event in events if not event.replay):
        person = ports.people.find(person_id)
        if person is not None:
            settle(ports, person)


def settle_all(ports: Ports) -> None:
    """Settles the tickets of everybody who has left: those that were assigned to them at the same moment, and those of
    people who left before this release."""
    for person in ports.people.left():
        settle(ports, person)


def settle(ports: Ports, person: Colleague) -> None:
    """Gives the active tickets of who has left to their successor, or to nobody. Gives who is back what nobody has
    taken meanwhile."""
    # A ticket that cannot be moved is found again, so a round that moves nothing is the last one.
    while sum(_move(ports, person, stored.ticket) for stored in list(_find(ports, person))):
        pass


def _find(ports: Ports, person: Colleague) -> Iterator[Stored]:
    if person.left:
        yield from ports.tickets.find_assigned(person.viewer.id, AT_ONCE)
    if person.at_work or person.successor_id:
        yield from ports.tickets.find_left_by(person.viewer.id, AT_ONCE)


def _move(ports: Ports, person: Colleague, found: Ticket) -> bool:
    """Returns whether the ticket was moved."""

    def attempt() -> bool:
        stored = ports.tickets.by_id(found.id)
        if stored is None or stored.ticket.purged_at or not _is_concerned(person, stored.ticket):
            return False
        ticket = stored.ticket
        heir = _find_heir(ports, person, ticket)
        asked = Update({"assignee_id": heir}) if heir else Update()
        left = heir is None and ticket.assignee_id is not None
        after = decide(ticket, asked, SYSTEM_AUTHOR, ports.clock(), ports.reopen_window, assignee_left=left)
        if after is ticket:
            return False
        ports.tickets.save(ticket, after, [ticket_event(after, CallContext(viewer=SYSTEM))], None)
        return True

    return retry_on_conflict(attempt)


def _is_concerned(person: Colleague, ticket: Ticket) -> bool:
    if ticket.assignee_id is None:
        return ticket.left_by_id == person.viewer.id
    return ticket.assignee_id == person.viewer.id and person.left


def _find_heir(ports: Ports, person: Colleague, ticket: Ticket) -> str | None:
    """Returns the id of who gets the ticket. They must be able to answer it, so the successor does not get tickets of
    confidential teams that they are not in."""
    heir = person if person.at_work else ports.people.find(person.successor_id or "")
    if heir is None or not heir.at_work:
        return None
    return heir.viewer.id if heir.viewer.has_role(ticket.team_id, "reply", ports.teams.confidential()) else None
