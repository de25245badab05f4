"""What becomes of the tickets of people who leave, come back, or get a successor."""

from typing import Any

import pytest

from tickets.usecases import person, read
from tickets.usecases.consume import consume
from trackline_schemas.events import USER_CHANGED, Event
from trackline_schemas.filters import And, Condition, Not
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.views import TicketView

from .stores import in_memory
from .test_consume import event
from .world import ALICE, BOB, ROOT, World

UNASSIGNED = Not(filter=Condition(field="assignee_id", op="is_set", value=True))
VERSIONS: dict[str, int] = {}


def changed(world: World, person_id: str, teams: dict[str, str] | None = None, **members: Any) -> Event:
    VERSIONS[person_id] = sequence = VERSIONS.get(person_id, 0) + 1
    known = {"it": "reply", "hr": "reply"} if teams is None else teams
    data = {"id": person_id, "name": person_id, "emails": [f"{person_id}@example.org"], "teams": known, **members}
    return event(world, USER_CHANGED, sequence, **data).model_copy(update={"subject": person_id})


def tell(world: World, *people: Event) -> None:
    consume(world.ports, people)


@pytest.fixture
def world() -> World:
    world, _ = in_memory()
    tell(world, *(changed(world, name) for name in ("ann", "ben")))
    return world


def assigned(world: World, **members: Any) -> TicketView:
    return world.create(ALICE, **{"requester_id": "bob", "team_id": "it", "assignee_id": "ann", **members})


def now(world: World, ticket: TicketView) -> TicketView:
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    return read.get(world.ports, ticket.number, None, ROOT if stored.ticket.team_id != "hr" else ALICE)


def unassigned(world: World) -> set[str]:
    found = read.page(world.ports, PageQuery(filter=And(all=[UNASSIGNED])), ALICE)
    return {ticket.id for ticket in found.items}


LEAVING: dict[str, dict[str, Any]] = {
    "deactivated": {"active": False},
    "no agent any more": {"teams": {}},
    "both": {"active": False, "teams": {}},
}


@pytest.mark.parametrize("how", LEAVING)
def test_tickets_of_who_left_are_unassigned_and_an_event_says_so(world: World, how: str) -> None:
    tickets = [world.change(assigned(world), state=state) for state in ("open", "pending", "on_hold")]
    secret, done = assigned(world, team_id="hr"), world.resolved(assigned(world))
    tell(world, changed(world, "ann", **LEAVING[how]))
    assert unassigned(world) == {ticket.id for ticket in (*tickets, secret)}
    assert [now(world, ticket).state for ticket in tickets] == ["open", "pending", "on_hold"]
    assert now(world, done).assignee_id == "ann"
    stored = world.tickets.by_id(tickets[0].id)
    assert stored is not None
    last = stored.pending[-1]
    assert (last.actor, last.data["changes"]) == ("system", {"assignee_id": ["ann", None]})
    tell(world, changed(world, "ann", **LEAVING[how]))
    assert now(world, tickets[0]).version == last.sequence


def test_a_successor_gets_the_tickets(world: World) -> None:
    ticket, secret = assigned(world), assigned(world, team_id="hr")
    tell(world, changed(world, "ben", {"it": "reply"}))
    tell(world, changed(world, "ann", active=False, successor_id="ben"))
    assert (now(world, ticket).assignee_id, now(world, secret).assignee_id) == ("ben", None)


@pytest.mark.parametrize("why", ["gone", "reader", "unknown"])
def test_a_successor_who_cannot_answer_gets_nothing(world: World, why: str) -> None:
    ticket = assigned(world)
    tell(world, changed(world, "gone", active=False), changed(world, "reader", {"it": "read"}))
    tell(world, changed(world, "ann", active=False, successor_id=why))
    assert now(world, ticket).assignee_id is None


def test_a_successor_who_is_named_later_gets_what_nobody_has_taken(world: World) -> None:
    ticket, taken = assigned(world), assigned(world)
    tell(world, changed(world, "ann", active=False))
    world.change(taken, assignee_id="alice")
    world.change(world.change(taken, assignee_id="alice"), assignee_id=None)
    tell(world, changed(world, "ann", active=False, successor_id="ben"))
    assert (now(world, ticket).assignee_id, now(world, taken).assignee_id) == ("ben", None)


def test_who_is_back_gets_what_nobody_has_taken(world: World) -> None:
    ticket, taken = assigned(world), assigned(world)
    tell(world, changed(world, "ann", active=False))
    world.change(taken, assignee_id="alice")
    tell(world, changed(world, "ann"))
    assert (now(world, ticket).assignee_id, now(world, taken).assignee_id) == ("ann", "alice")


def test_a_ticket_that_was_given_to_who_had_left_is_found_by_the_next_look(world: World) -> None:
    tell(world, changed(world, "ann", active=False))
    ticket = assigned(world)
    assert now(world, ticket).assignee_id == "ann"
    person.settle_all(world.ports)
    assert now(world, ticket).assignee_id is None


def test_a_replay_changes_nothing_but_what_is_known(world: World) -> None:
    ticket = assigned(world)
    replayed = changed(world, "ann", active=False).model_copy(update={"replay": True})
    tell(world, replayed)
    assert now(world, ticket).assignee_id == "ann"
    person.settle_all(world.ports)
    assert now(world, ticket).assignee_id is None


def test_who_never_was_an_agent_did_not_leave(world: World) -> None:
    """Imports make inactive people, whose tickets stay as they were in the other system."""
    tell(world, changed(world, "resolver7", {}, active=False))
    ticket = assigned(world, assignee_id="resolver7")
    # Under load, the event about the account arrives after the ticket.
    tell(world, changed(world, "resolver7", {}, active=False))
    person.settle_all(world.ports)
    assert now(world, ticket).assignee_id == "resolver7"


@pytest.mark.parametrize("leaver", ["ann", "resolver7"])
def test_an_answer_takes_a_ticket_from_who_has_left(world: World, leaver: str) -> None:
    tell(world, changed(world, "ann", active=False), changed(world, "resolver7", {}, active=False))
    asked = [world.change(assigned(world, assignee_id=leaver), ROOT, state="pending") for _ in range(2)]
    assert world.say(asked[0], BOB, "Still down.").assignee_id is None
    assert world.say(asked[1], ALICE, "Try again.").assignee_id == "alice"


def test_a_reopened_ticket_of_who_has_left_is_unassigned(world: World) -> None:
    tickets = [world.resolved(assigned(world)) for _ in range(3)]
    tell(world, changed(world, "ann", active=False))
    assert world.say(tickets[0], BOB, "Still down.").assignee_id is None
    assert world.change(tickets[1], BOB, state="open").assignee_id is None
    closed = world.change(tickets[2], BOB, state="closed")
    assert (closed.assignee_id, closed.state) == ("ann", "closed")


def test_many_tickets_move_and_a_concurrent_change_is_kept(world: World) -> None:
    tickets = [assigned(world) for _ in range(30)]
    world.fake.before_save = lambda: world.change(tickets[0], ALICE, title="Renamed meanwhile")
    tell(world, changed(world, "ann", active=False, successor_id="ben"))
    assert {now(world, ticket).assignee_id for ticket in tickets} == {"ben"}
    assert now(world, tickets[0]).title == "Renamed meanwhile"
