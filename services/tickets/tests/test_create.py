from typing import Any

import pytest
from pydantic import ValidationError

from tickets.usecases import create, read
from tickets.usecases.category import create_category
from tickets.usecases.command import ATTEMPTS
from trackline_schemas.categories import CreateCategory
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TICKET_CREATED, TicketEvent
from trackline_schemas.ticket.commands import CreateTicket, TicketChanges
from trackline_schemas.viewer import Viewer
from trackline_testing.tickets import Racing

from .world import ALICE, BOB, CHARLIE, DANA, ROOT, World, call

KEY = "6d2b3b0e-6f5e-5f0e-9a51-0a7f0d3f1c11"


def test_numbers_come_from_one_counter_for_all_kinds(world: World) -> None:
    numbers = [world.create(kind=kind).number for kind in ("incident", "request", "incident")]
    assert numbers == ["INC-1001", "REQ-1002", "INC-1003"]


def test_the_event_has_description_snapshot_actor_and_request(world: World) -> None:
    ticket = world.create(impact=1, urgency=2)
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    (event,) = world.tickets.events(stored)
    told = TicketEvent.model_validate(event.data)
    assert (event.id, event.type, event.actor, event.requestid) == (
        f"{ticket.id}:00000001",
        TICKET_CREATED,
        "bob",
        "r1",
    )
    assert told.ticket == ticket
    assert told.comment is not None
    assert (told.comment.id, told.comment.text) == (event.id, "The cable is in, nothing works.")
    assert ticket.priority == 2


def test_only_the_creation_of_an_imported_ticket_is_historical(world: World) -> None:
    ticket = world.create(ALICE, channel="import")
    world.change(ticket, title="Renamed", viewer=ALICE)
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    assert [event.historical for event in world.tickets.events(stored)] == [True, False]


def test_the_same_key_returns_the_first_answer_and_draws_no_number(world: World) -> None:
    first = world.create(key=KEY)
    world.change(first, title="Renamed meanwhile", viewer=ALICE)
    assert world.create(key=KEY) == first
    assert world.create().number == "INC-1002"
    assert first.id == KEY


def test_the_same_key_for_another_ticket_is_refused(world: World) -> None:
    world.create(key=KEY)
    with pytest.raises(ServiceError) as refused:
        world.create(key=KEY, title="Another")
    assert (refused.value.code, refused.value.status) == ("key_reused", 422)


def test_a_refused_create_uses_up_neither_key_nor_number(world: World) -> None:
    with pytest.raises(ServiceError):
        world.create(key=KEY, team_id="it")
    assert world.create(key=KEY).number == "INC-1001"


def test_a_concurrent_call_with_the_same_key_gives_the_answer() -> None:
    world = World()
    racing = World(tickets=Racing(world.clock, ["id"]))
    ticket = racing.create(key=KEY)
    assert ticket.number == "INC-1001"
    assert racing.create(key=KEY) == ticket


def test_another_number_is_drawn_if_one_is_taken() -> None:
    clock = World().clock
    assert World(tickets=Racing(clock, ["number"] * (ATTEMPTS - 1))).create().number == f"INC-{1000 + ATTEMPTS}"
    with pytest.raises(ServiceError) as refused:
        World(tickets=Racing(clock, ["number"] * ATTEMPTS)).create()
    assert refused.value.code == "unavailable"


def test_an_external_reference_is_unique_and_only_readers_learn_its_number(world: World) -> None:
    ref: dict[str, Any] = {"source": "otrs", "external_ref": "77", "team_id": "hr"}
    ticket = world.create(ALICE, **ref)
    with pytest.raises(ServiceError, match="INC-1001") as refused:
        world.create(ALICE, **ref)
    assert (refused.value.code, refused.value.detail) == ("conflict", {"number": ticket.number})
    with pytest.raises(ServiceError) as hidden:
        world.create(DANA, **ref)
    assert (hidden.value.code, hidden.value.detail) == ("conflict", {})
    assert world.create(ALICE, **{**ref, "source": "glpi"}).number == "INC-1004"


def test_an_external_reference_needs_its_source(world: World) -> None:
    with pytest.raises(ServiceError) as refused:
        world.create(ALICE, external_ref="77")
    assert refused.value.detail["errors"][0]["pointer"] == "/source"


@pytest.mark.parametrize(
    "members",
    [
        {"team_id": "it"},
        {"assignee_id": "alice"},
        {"tags": ["vip"]},
        {"source": "otrs"},
        {"requester_id": "charlie"},
        {"channel": "phone"},
    ],
)
def test_requesters_may_not_set_fields_for_staff(world: World, members: dict[str, Any]) -> None:
    with pytest.raises(ServiceError) as refused:
        world.create(BOB, **members)
    assert refused.value.code == "forbidden"
    assert refused.value.detail["errors"][0]["pointer"] == f"/{next(iter(members))}"
    assert world.create(ALICE, **members).number == "INC-1001"


def test_a_requester_may_name_themselves(world: World) -> None:
    assert world.create(BOB, requester_id="bob", channel="portal").requester_id == "bob"


def test_a_category_must_be_active_and_sets_the_team(world: World) -> None:
    network = world.category(team_id="network")
    assert world.create(category_id=network.id).team_id == "network"
    assert world.create(ALICE, category_id=network.id, team_id="it").team_id == "it"
    world.set_category(network, active=False)
    for category_id in (network.id, "unknown"):
        with pytest.raises(ServiceError) as refused:
            world.create(category_id=category_id)
        assert refused.value.detail["errors"][0]["pointer"] == "/category_id"


@pytest.mark.parametrize("viewer", [ALICE, BOB, CHARLIE, DANA, ROOT])
def test_only_staff_see_staff_fields_in_the_answer(world: World, viewer: Viewer) -> None:
    ticket = world.create(ALICE, tags=["vip"], requester_id=viewer.id)
    assert read.get(world.ports, ticket.number, None, viewer).tags == (["vip"] if viewer.agent else [])


def test_a_text_is_limited_in_bytes(world: World) -> None:
    assert world.create(description="é" * 20_000).version == 1
    with pytest.raises(ValidationError, match="40,000 bytes"):
        world.create(description="é" * 20_001)
    assert TicketChanges(resolution="é" * 2_000).resolution
    with pytest.raises(ValidationError, match="4,000 bytes"):
        TicketChanges(resolution="é" * 2_001)


def test_a_redelivered_call_opens_no_second_ticket(world: World) -> None:
    # If a worker dies before its ack, another one gets the call. Without a key the command id is random, but the same.
    command, context = CreateTicket(title="No network", description="Nothing works."), call(BOB)
    first = create.create(world.ports, command, context)
    assert create.create(world.ports, command, context) == first
    category = CreateCategory(name="Network")
    context = call(ROOT)
    made = create_category(world.ports, category, context)
    assert create_category(world.ports, category, context) == made
