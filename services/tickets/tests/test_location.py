"""The location: a field that requesters set themselves, with a default from their profile."""

import pytest
from pydantic import ValidationError

from tickets.adapters.document import to_document, to_stored
from tickets.usecases import imports, read
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TicketEvent
from trackline_schemas.filters import Condition
from trackline_schemas.imports import ImportTicket
from trackline_schemas.paging import PageQuery

from .world import ALICE, BOB, CHARLIE, ROOT, World, call, new_id

PROFILE = {"location": "Building 7"}


@pytest.fixture
def world() -> World:
    return World()


def test_a_location_is_in_the_ticket_and_in_its_history(world: World) -> None:
    ticket = world.create(BOB, location="  Building 7 ")
    assert ticket.location == "Building 7"
    stored = world.tickets.by_number(ticket.number)
    assert stored is not None
    [event] = world.tickets.events(stored)
    assert event.data["changes"]["location"] == [None, "Building 7"]


def test_the_default_comes_from_the_profile(world: World) -> None:
    assert world.create(BOB, defaults=PROFILE).location == "Building 7"
    assert world.create(BOB, defaults=PROFILE, location="Canteen").location == "Canteen"
    assert world.create(BOB, defaults=PROFILE, location=None).location is None
    assert world.create(BOB).location is None


def test_the_profile_sets_no_other_field(world: World) -> None:
    assert world.create(BOB, defaults={"team_id": "hr", "requester_id": "alice"}).team_id is None


def test_a_repeat_is_the_same_command_after_a_change_of_the_profile(world: World) -> None:
    key = new_id()
    first = world.create(BOB, key=key, defaults=PROFILE)
    again = world.create(BOB, key=key, defaults={"location": "Building 8"})
    assert (again.number, again.location) == (first.number, "Building 7")


def test_the_requester_may_change_it_until_the_ticket_is_finished(world: World) -> None:
    ticket = world.change(world.create(BOB), BOB, location="Room 12")
    assert (ticket.location, ticket.state) == ("Room 12", "new")
    assert world.change(ticket, BOB, location=None).location is None
    assert world.change(world.resolved(ticket), BOB, location="Room 13").state == "resolved"
    with pytest.raises(ServiceError) as refused:
        world.change(ticket, CHARLIE, location="Room 13")
    assert refused.value.code == "not_found"


def test_staff_may_change_it(world: World) -> None:
    assert world.change(world.create(BOB), ALICE, location="Room 12").location == "Room 12"


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_the_requester_of_a_finished_ticket_may_not_change_it(world: World, state: str) -> None:
    ticket = world.create(BOB, location="Room 12")
    ticket = world.change(world.resolved(ticket) if state == "closed" else ticket, BOB, state=state)
    with pytest.raises(ServiceError) as refused:
        world.change(ticket, BOB, location="Room 13")
    assert refused.value.code == "ticket_closed"


def test_a_reply_and_a_new_location_are_one_event(world: World) -> None:
    ticket = world.change(world.create(BOB), state="pending")
    after = world.say(ticket, BOB, "It is the other room.", location="Room 13")
    assert (after.location, after.state, after.version) == ("Room 13", "open", ticket.version + 1)


@pytest.mark.parametrize("location", ["", " ", "x" * 201])
def test_it_has_one_to_200_characters(world: World, location: str) -> None:
    with pytest.raises(ValidationError):
        world.create(BOB, location=location)


def test_lists_can_be_filtered_by_it(world: World) -> None:
    ticket = world.create(BOB, location="Building 7")
    world.create(BOB, location="Building 8")
    world.create(BOB)
    found = read.page(world.ports, PageQuery(filter=Condition(field="location", op="eq", value="Building 7")), BOB)
    assert [one.number for one in found.items] == [ticket.number]


def test_an_imported_history_has_it(world: World) -> None:
    first = {"title": "No sound", "requester_id": "bob", "location": "Building 7"}
    body = {
        "source": "old",
        "external_ref": "7",
        "steps": [
            {"time": "2026-01-02T09:00:00Z", "changes": first},
            {"time": "2026-01-02T10:00:00Z", "changes": {"location": "Building 8"}},
        ],
    }
    done = imports.import_ticket(world.ports, ImportTicket.model_validate(body), call(ROOT))
    stored = world.tickets.by_number(str(done.number))
    assert stored is not None
    told = [event.data["changes"].get("location") for event in world.tickets.events(stored)]
    assert told == [[None, "Building 7"], ["Building 7", "Building 8"]]


def test_a_ticket_and_a_log_of_the_previous_release_can_be_read(world: World) -> None:
    stored = world.tickets.by_number(world.create(BOB).number)
    assert stored is not None
    [event] = world.tickets.events(stored)
    del event.data["ticket"]["location"]
    assert TicketEvent.model_validate(event.data).ticket.location is None
    document = to_document(stored.ticket, b"") | {"version": 1, "pending": [], "commands": []}
    assert "location" not in document
    assert to_stored(document).ticket.location is None
