"""Participants: people in copy, who read a ticket as its requester does and may reply, and nothing else."""

from typing import Any

import pytest

from tickets.usecases import history, read
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.types import MAX_PARTICIPANTS
from trackline_schemas.ticket.views import TicketView

from .world import ALICE, BOB, CHARLIE, DANA, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shared(world: World) -> TicketView:
    """Bob's ticket at the confidential team hr, with Charlie in copy."""
    return world.change(world.change(world.create(BOB), team_id="hr"), participant_ids=["charlie"])


def events(world: World, ticket: TicketView) -> list[Event]:
    stored = world.tickets.by_number(ticket.number)
    assert stored
    return list(world.tickets.events(stored))


def test_a_participant_reads_what_the_requester_reads(world: World, shared: TicketView) -> None:
    world.say(shared, ALICE, "The part costs 300.", "internal")
    world.say(shared, ALICE, "The part is ordered.")
    seen = read.get(world.ports, shared.number, None, CHARLIE)
    assert (seen.title, seen.tags, seen.priority_reason) == ("No network", [], None)
    texts = [one.text for one in history.comments(world.ports, shared.number, 10, None, CHARLIE).items]
    assert "The part is ordered." in texts
    assert "The part costs 300." not in texts
    own = PageQuery(filter=Condition(field="participant_ids", op="eq", value="charlie"))
    assert [one.number for one in read.page(world.ports, own, CHARLIE).items] == [shared.number]


def test_whoever_leaves_reads_nothing_any_more(world: World, shared: TicketView) -> None:
    world.change(shared, participant_ids=[])
    with pytest.raises(ServiceError, match="INC-"):
        read.get(world.ports, shared.number, None, CHARLIE)
    with pytest.raises(ServiceError, match="INC-"):
        world.say(shared, CHARLIE, "Hello?")


def test_a_reply_is_no_first_reply_and_reopens_the_ticket(world: World, shared: TicketView) -> None:
    waiting = world.change(shared, state="pending")
    after = world.say(waiting, CHARLIE, "It is in building 7.")
    assert (after.state, after.last_comment_role, after.first_reply_at) == ("open", "participant", None)
    assert after.assignee_id is None
    assert events(world, after)[-1].data["comment"]["role"] == "participant"
    resolved = world.resolved(after)
    assert world.say(resolved, CHARLIE, "Not in building 7.").state == "open"


@pytest.mark.parametrize(
    "changes", [{"state": "cancelled"}, {"location": "Canteen"}, {"participant_ids": ["dana"]}, {"title": "Mine"}]
)
def test_a_participant_changes_nothing(world: World, shared: TicketView, changes: dict[str, Any]) -> None:
    with pytest.raises(ServiceError) as error:
        world.change(shared, CHARLIE, **changes)
    assert error.value.code == "forbidden"
    # A form may name the state as it is.
    assert world.say(shared, CHARLIE, "Any news?", state=shared.state).version == shared.version + 1


def test_requesters_add_nobody(world: World) -> None:
    ticket = world.create(BOB)
    with pytest.raises(ServiceError) as error:
        world.change(ticket, BOB, participant_ids=["charlie"])
    assert error.value.code == "forbidden"
    with pytest.raises(ServiceError):
        world.create(BOB, participant_ids=["charlie"])


def test_agents_open_a_ticket_with_participants(world: World) -> None:
    ticket = world.create(ALICE, requester_id="bob", participant_ids=["charlie", "dana", "charlie"], channel="phone")
    assert ticket.participant_ids == ["charlie", "dana"]
    assert read.get(world.ports, ticket.number, None, CHARLIE).number == ticket.number


def test_an_agent_in_copy_of_a_confidential_ticket_is_no_staff(world: World, shared: TicketView) -> None:
    world.change(shared, participant_ids=["charlie", "dana"])
    after = world.say(shared, DANA, "I can help.")
    assert after.last_comment_role == "participant"
    with pytest.raises(ServiceError):
        world.say(shared, DANA, "A note", "internal")


def test_there_are_not_too_many(world: World, shared: TicketView) -> None:
    with pytest.raises(ValueError, match="participant_ids"):
        world.change(shared, participant_ids=[f"p{place}" for place in range(MAX_PARTICIPANTS + 1)])


def test_a_later_release_reads_tickets_without_participants(world: World) -> None:
    ticket = world.create(BOB)
    assert ticket.participant_ids == []
    assert "participant_ids" not in events(world, ticket)[0].data["changes"]
