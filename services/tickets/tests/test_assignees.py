"""An assignee must be able to answer in the ticket's team. Whoever cannot is refused, and whoever loses the
right loses the ticket."""

from collections.abc import Callable
from typing import Any

import pytest

from tickets.usecases import person
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TEAM_CHANGED, Event
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer

from .stores import in_memory
from .test_consume import event
from .test_leaving import VERSIONS, assigned, changed, now, replayed, tell
from .test_update import refused
from .world import ALICE, BOB, ROOT, World

# Ann works for the open team `it` and the confidential team `hr`, Boss administers and is in no team.
UNABLE: dict[str, dict[str, Any]] = {
    "requester": {"teams": {}},
    "reader": {"teams": {"it": "read"}},
    "of another team": {"teams": {"network": "manage"}},
    "inactive": {"teams": {"it": "manage"}, "active": False},
    "inactive administrator": {"teams": {}, "admin": True, "active": False},
}
UNABLE_IN_HR = UNABLE | {"administrator": {"teams": {}, "admin": True}, "of an open team": {"teams": {"it": "manage"}}}


@pytest.fixture
def world() -> World:
    world, _ = in_memory()
    tell(world, changed(world, "ann"), changed(world, "boss", {}, admin=True))
    return world


def team(world: World, team_id: str, **members: Any) -> Event:
    VERSIONS[team_id] = sequence = VERSIONS.get(team_id, 1) + 1
    told = event(world, TEAM_CHANGED, sequence, id=team_id, name=team_id, **members)
    return told.model_copy(update={"subject": team_id})


def last_changes(world: World, ticket: TicketView) -> tuple[str, dict[str, list[Any]]]:
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    return stored.pending[-1].actor, stored.pending[-1].data["changes"]


def reason_of(write: Callable[[], object]) -> tuple[str | None, str | None]:
    with pytest.raises(ServiceError) as caught:
        write()
    errors = caught.value.detail.get("errors", [{}])
    return caught.value.reason, errors[0].get("pointer")


@pytest.mark.parametrize("known", ["by the service", "by the gateway"])
@pytest.mark.parametrize("who", UNABLE)
def test_who_cannot_answer_is_refused(world: World, who: str, known: str) -> None:
    rights = UNABLE[who]
    named = None
    if known == "by the service":
        tell(world, changed(world, "zoe", **rights))
    else:
        # The gateway sends nobody's rights if they are not active.
        active = rights.get("active", True)
        named = Viewer(id="zoe", teams=rights["teams"] if active else {}, admin=active and rights.get("admin", False))
    ticket = world.change(world.create(BOB), ROOT, team_id="it")
    refusal = ("assignee_cannot_answer", "/changes/assignee_id")
    assert reason_of(lambda: world.change(ticket, named=named, assignee_id="zoe")) == refusal
    moved = {"team_id": "it", "assignee_id": "zoe"}
    assert reason_of(lambda: world.change(world.create(BOB), ROOT, named=named, **moved)) == refusal
    body: dict[str, Any] = {"team_id": "it", "assignee_id": "zoe", "named": named}
    assert reason_of(lambda: world.create(ALICE, **body)) == ("assignee_cannot_answer", "/assignee_id")
    assert now(world, ticket).version == ticket.version


@pytest.mark.parametrize("who", UNABLE_IN_HR)
def test_who_cannot_answer_in_a_confidential_team_is_refused(world: World, who: str) -> None:
    tell(world, changed(world, "zoe", **UNABLE_IN_HR[who]))
    ticket = world.change(world.create(BOB), ALICE, team_id="hr")
    assert reason_of(lambda: world.change(ticket, assignee_id="zoe"))[0] == "assignee_cannot_answer"
    assert world.change(ticket, assignee_id="ann").assignee_id == "ann"


def test_the_team_of_the_category_counts(world: World) -> None:
    tell(world, changed(world, "zoe", {"network": "reply"}))
    category = world.category("Cables", team_id="it")
    body: dict[str, Any] = {"category_id": category.id, "assignee_id": "zoe"}
    assert reason_of(lambda: world.create(ALICE, **body)) == ("assignee_cannot_answer", "/assignee_id")


def test_a_ticket_without_a_team_takes_who_can_answer_somewhere(world: World) -> None:
    tell(world, changed(world, "zoe", {"it": "read"}), changed(world, "dan", {"network": "reply"}))
    ticket = world.create(BOB)
    assert reason_of(lambda: world.change(ticket, assignee_id="zoe"))[0] == "assignee_cannot_answer"
    assert world.change(ticket, assignee_id="dan").assignee_id == "dan"
    assert world.change(ticket, assignee_id="boss").assignee_id == "boss"


def test_the_rights_that_the_gateway_sends_are_newer(world: World) -> None:
    tell(world, changed(world, "zoe", {"it": "read"}))
    ticket = world.change(world.create(BOB), ROOT, team_id="it")
    risen = Viewer(id="zoe", teams={"it": "reply"})
    assert world.change(ticket, named=risen, assignee_id="zoe").assignee_id == "zoe"


def test_an_administrator_gets_tickets_of_a_team_that_is_not_known_yet(world: World) -> None:
    ticket = world.create(ALICE, team_id="brand-new", assignee_id="boss")
    tell(world, changed(world, "boss", {}, admin=True))
    person.settle_all(world.ports)
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    assert stored.ticket.assignee_id == "boss"


@pytest.mark.parametrize("assignee_id", ["ann", "zoe", "nobody"])
def test_a_requester_learns_nothing_about_people(world: World, assignee_id: str) -> None:
    tell(world, changed(world, "zoe", {}))
    ticket = world.create(BOB)
    with refused("forbidden"):
        world.change(ticket, BOB, assignee_id=assignee_id)
    with refused("forbidden"):
        world.create(BOB, assignee_id=assignee_id)


def test_a_change_that_leaves_the_assignee_alone_is_not_refused(world: World) -> None:
    done = world.resolved(assigned(world))
    tell(world, changed(world, "ann", {"it": "read"}))
    assert world.change(done, ROOT, assignee_id="ann", title="Renamed").title == "Renamed"


@pytest.mark.parametrize("state", ["open", "pending", "on_hold"])
@pytest.mark.parametrize(("team_id", "who"), [("hr", "boss"), ("network", "ann"), ("hr", "zoe")])
def test_a_ticket_that_moves_out_of_reach_is_unassigned(world: World, team_id: str, who: str, state: str) -> None:
    tell(world, changed(world, "zoe", {"it": "reply"}))
    ticket = world.change(assigned(world, assignee_id=who), state=state)
    moved = world.change(ticket, ALICE, team_id=team_id)
    assert (moved.assignee_id, moved.team_id, moved.state) == (None, team_id, state)
    assert last_changes(world, ticket) == ("alice", {"team_id": ["it", team_id], "assignee_id": [who, None]})


def test_who_moves_their_own_ticket_out_of_reach_loses_it(world: World) -> None:
    tell(world, changed(world, "alice", {"it": "reply"}))
    ticket = assigned(world, assignee_id="alice")
    assert world.change(ticket, ALICE, team_id="hr").assignee_id is None


def test_a_ticket_that_moves_within_reach_stays(world: World) -> None:
    ticket = assigned(world)
    assert world.change(ticket, ALICE, team_id="hr").assignee_id == "ann"
    assert world.change(world.resolved(assigned(world)), ROOT, team_id="network").assignee_id == "ann"


def test_who_lost_a_ticket_by_its_move_does_not_get_it_back(world: World) -> None:
    ticket = world.change(assigned(world), ALICE, team_id="network")
    tell(world, changed(world, "ann", {"it": "reply", "network": "reply"}))
    assert now(world, ticket).assignee_id is None


LOWERED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "reads only": ("ann", "it", {"teams": {"it": "read", "hr": "reply"}}),
    "left the team": ("ann", "it", {"teams": {"hr": "reply"}}),
    "left the confidential team": ("ann", "hr", {"teams": {"it": "reply"}}),
    "administrator now, but out": ("ann", "hr", {"teams": {}, "admin": True}),
    "no administrator any more": ("boss", "it", {"teams": {"hr": "reply"}}),
}


@pytest.mark.parametrize("how", LOWERED)
def test_who_cannot_answer_any_more_loses_the_ticket_until_they_can_again(world: World, how: str) -> None:
    who, team_id, rights = LOWERED[how]
    ticket, done = (assigned(world, team_id=team_id, assignee_id=who) for _ in range(2))
    done = world.resolved(done)
    tell(world, changed(world, who, **rights))
    assert now(world, ticket).assignee_id is None
    assert last_changes(world, ticket) == ("system", {"assignee_id": [who, None]})
    assert now(world, done).assignee_id == who
    tell(world, changed(world, who, {"it": "manage", "hr": "manage"}))
    assert now(world, ticket).assignee_id == who


def test_only_tickets_out_of_reach_are_lost(world: World) -> None:
    kept, lost, without = assigned(world, team_id="hr"), assigned(world), assigned(world, team_id=None)
    tell(world, changed(world, "ann", {"it": "read", "hr": "reply"}))
    assert [now(world, one).assignee_id for one in (kept, lost, without)] == ["ann", None, "ann"]
    tell(world, changed(world, "ann", {"it": "read", "hr": "read"}))
    assert [now(world, one).assignee_id for one in (kept, lost, without)] == [None, None, None]


def test_a_team_that_becomes_confidential_takes_tickets_from_administrators_outside(world: World) -> None:
    outside, inside = assigned(world, assignee_id="boss"), assigned(world)
    other = assigned(world, team_id="network", assignee_id="boss")
    tell(world, team(world, "it", confidential=True))
    for ticket, assignee in ((outside, None), (inside, "ann"), (other, "boss")):
        stored = world.tickets.by_id(ticket.id)
        assert stored is not None
        assert stored.ticket.assignee_id == assignee
    tell(world, team(world, "it", confidential=False))
    assert now(world, outside).assignee_id == "boss"


def test_events_that_arrive_together_are_judged_together(world: World) -> None:
    ticket = assigned(world, assignee_id="boss")
    joins = changed(world, "boss", {"it": "reply"}, admin=True)
    tell(world, joins, team(world, "it", confidential=True))
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    assert (stored.ticket.assignee_id, stored.ticket.version) == ("boss", ticket.version)


def test_tickets_of_an_earlier_release_are_found_by_the_next_look(world: World) -> None:
    tickets = [assigned(world), assigned(world, assignee_id="boss", team_id="network")]
    tell(world, replayed(changed(world, "ann", {"it": "read"})), replayed(changed(world, "boss", {"it": "read"})))
    assert [now(world, ticket).assignee_id for ticket in tickets] == ["ann", "boss"]
    person.settle_all(world.ports)
    assert [now(world, ticket).assignee_id for ticket in tickets] == [None, None]


@pytest.mark.parametrize("rights", [{"it": "read"}, {}, {"network": "reply"}])
def test_an_answer_takes_the_ticket_from_who_cannot_answer(world: World, rights: dict[str, str]) -> None:
    tickets = [assigned(world) for _ in range(3)]
    tell(world, replayed(changed(world, "ann", rights)))
    assert world.say(tickets[0], BOB, "Still down.").assignee_id is None
    assert world.say(tickets[1], ALICE, "Try again.").assignee_id == "alice"
    assert world.say(tickets[2], ALICE, "Odd.", "internal").assignee_id is None


def test_an_assignee_who_asks_and_cannot_answer_any_more_loses_the_ticket(world: World) -> None:
    ann = Viewer(id="ann", teams={"it": "read"})
    ticket = assigned(world, requester_id="ann")
    tell(world, replayed(changed(world, "ann", {"it": "read"})))
    assert world.say(ticket, ann, "Anybody?").assignee_id is None
