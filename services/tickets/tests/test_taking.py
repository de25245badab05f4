"""Who gets a ticket that nobody has: whoever replies, as their team wants it, and whoever resolves it."""

from typing import Any

import pytest

from tickets.usecases import read
from trackline_schemas.events import TeamChanged
from trackline_schemas.ticket.views import TicketView

from .world import ALICE, BOB, READER, ROOT, World

RESOLVED: dict[str, Any] = {"state": "resolved", "resolution_code": "solved", "resolution": "A new cable."}


def set_team(world: World, **settings: bool) -> None:
    world.teams.apply(TeamChanged.model_validate({"id": "it", "name": "IT", **settings}), 2)


def repliers(world: World, ticket: TicketView) -> tuple[str, ...]:
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    assert list(stored.pending[-1].data["replier_ids"]) == list(stored.ticket.replier_ids)
    return stored.ticket.replier_ids


def ticket_of(world: World, **members: Any) -> TicketView:
    return world.change(world.create(BOB, **members), team_id="it")


@pytest.mark.parametrize("state", ["new", "pending", "on_hold", "resolved"])
def test_whoever_replies_publicly_takes_a_ticket_that_nobody_has(world: World, state: str) -> None:
    ticket = ticket_of(world)
    if state == "resolved":
        ticket = world.change(world.resolved(ticket), assignee_id=None)
    elif state != "new":
        ticket = world.change(ticket, state=state)
    assert world.say(ticket, ALICE, "Try again.").assignee_id == "alice"


def test_a_ticket_without_a_team_is_taken_too(world: World) -> None:
    assert world.say(world.create(BOB), ALICE, "Try again.").assignee_id == "alice"


def test_a_team_may_want_it_otherwise(world: World) -> None:
    set_team(world, replies_assign=False)
    answered = world.say(ticket_of(world), ALICE, "Try again.")
    assert (answered.assignee_id, answered.state) == (None, "open")
    set_team(world, replies_assign=True)  # an event of the same sequence changes nothing
    assert world.say(answered, ALICE, "And now?").assignee_id is None


@pytest.mark.parametrize(
    "reply",
    [
        lambda world, ticket: world.say(ticket, ALICE, "Odd.", "internal"),
        lambda world, ticket: world.say(ticket, BOB, "Still down."),
        lambda world, ticket: world.say(ticket, ALICE, "They know more.", team_id="network"),
        lambda world, ticket: world.say(ticket, ALICE, "Somebody will come.", assignee_id=None),
        lambda world, ticket: world.say(ticket, ALICE, "No.", state="cancelled"),
    ],
    ids=["a note", "the requester", "passed on", "named nobody", "cancelled"],
)
def test_these_take_nothing(world: World, reply: Any) -> None:
    assert reply(world, ticket_of(world)).assignee_id is None


def test_a_ticket_that_somebody_has_stays_with_them(world: World) -> None:
    ticket = world.change(ticket_of(world), assignee_id="carl")
    assert world.say(ticket, ALICE, "Try again.").assignee_id == "carl"
    assert world.change(ticket, **RESOLVED).assignee_id == "carl"
    assert world.say(ticket_of(world), ALICE, "Carl knows.", assignee_id="carl").assignee_id == "carl"


def test_an_agent_who_answers_their_own_request_does_not_take_it(world: World) -> None:
    assert world.say(world.create(ALICE), ALICE, "Still down.").assignee_id is None


@pytest.mark.parametrize("wanted", [{}, {"assignee_id": None}, {"team_id": "network"}])
def test_whoever_resolves_a_ticket_that_nobody_has_is_its_assignee(world: World, wanted: dict[str, Any]) -> None:
    set_team(world, replies_assign=False)
    done = world.change(ticket_of(world), **RESOLVED, **wanted)
    assert done.assignee_id == "alice"
    assert read.get(world.ports, done.number, None, ROOT).assignee_id == "alice"


def test_the_requester_who_closes_does_not_become_the_assignee(world: World) -> None:
    ticket = world.change(world.resolved(ticket_of(world)), assignee_id=None)
    assert world.change(ticket, BOB, state="closed").assignee_id is None


def test_a_ticket_knows_who_replied(world: World) -> None:
    ticket = ticket_of(world)
    world.say(ticket, ALICE, "Try again.")
    world.say(ticket, ROOT, "And now?")
    world.say(ticket, ALICE, "Odd.", "internal")
    world.say(ticket, BOB, "Still down.")
    assert repliers(world, ticket) == ("alice", "root")
    world.say(ticket, ALICE, "A new cable comes.")
    assert repliers(world, ticket) == ("root", "alice")
    for number in range(12):
        agent = READER.model_copy(update={"id": f"agent{number}", "teams": {"it": "reply"}})
        world.say(ticket, agent, "Me too.")
    assert repliers(world, ticket) == tuple(f"agent{number}" for number in range(2, 12))
