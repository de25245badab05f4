"""An event of an unknown type has its place in the sequence of a ticket, and disturbs no reader."""

from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from tickets.usecases import attachment, history, read
from tickets.usecases.events import SOURCE
from tickets.usecases.ports import Stored
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event, event_id
from trackline_schemas.ticket.commands import TicketChanges
from trackline_schemas.ticket.views import TicketView
from trackline_schemas.viewer import Viewer

from .world import ALICE, BOB, World, new_id


def skipped(type_: str) -> float:
    labels = {"reader": "tickets.history", "type": type_}
    return REGISTRY.get_sample_value("trackline_events_skipped_total", labels) or 0


def load(world: World, ticket: TicketView) -> Stored:
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    return stored


def add_event(world: World, ticket: TicketView, type_: str = "ticket.sla.v1", **data: Any) -> None:
    """Writes an event as a later release would: with another type, in the sequence of the ticket."""
    before = load(world, ticket).ticket
    after = replace(before, version=before.version + 1)
    event = Event(
        id=event_id(ticket.id, after.version),
        source=SOURCE,
        type=type_,
        subject=ticket.id,
        time=world.clock(),
        recordedat=world.clock(),
        sequence=after.version,
        actor="system",
        data=data,
    )
    world.tickets.save(before, after, [event], None)


@pytest.fixture
def ticket(world: World) -> TicketView:
    """A ticket with four logged events, of which 2 has an unknown type and 3 an unknown version of a type."""
    ticket = world.create()
    add_event(world, ticket, target="first_reply", breached=True)
    add_event(world, ticket, "ticket.updated.v2", fields=[{"name": "title"}])
    world.say(ticket, ALICE, "We look into it.", title="Slow network")
    world.fake.log_pending()
    return ticket


@pytest.mark.parametrize("size", [1, 9])
@pytest.mark.parametrize("viewer", [ALICE, BOB])
def test_history_and_comments_continue_after_it(world: World, ticket: TicketView, viewer: Viewer, size: int) -> None:
    before = skipped("ticket.sla.v1"), skipped("ticket.updated.v2")
    sequences: list[int] = []
    after = None
    while sequences == [] or after is not None:
        page = history.events(world.ports, ticket.number, size, after, viewer)
        sequences += [entry.sequence for entry in page.items]
        after = page.after
    assert sequences == [1, 4]
    texts = [comment.text for comment in history.comments(world.ports, ticket.number, 9, None, viewer).items]
    assert texts == ["The cable is in, nothing works.", "We look into it."]
    assert skipped("ticket.sla.v1") > before[0]
    assert skipped("ticket.updated.v2") > before[1]


@pytest.mark.parametrize("viewer", [ALICE, BOB])
def test_a_resumed_stream_skips_it(world: World, ticket: TicketView, viewer: Viewer) -> None:
    found = history.events_since(world.ports, ticket.created_at, 9, viewer)
    assert [seen.sequence for seen in found.events] == [1, 4]
    assert found.complete


def test_as_of_shows_the_ticket_of_the_last_change(world: World, ticket: TicketView) -> None:
    world.clock.forward(minutes=1)
    add_event(world, ticket, breached=True)
    at = world.clock.forward(minutes=1)
    assert read.get(world.ports, ticket.number, at, BOB).title == "Slow network"


def test_a_change_on_an_older_version_is_merged(world: World, ticket: TicketView) -> None:
    merged = world.update(ticket, base_version=1, changes=TicketChanges(impact=1))
    assert (merged.impact, merged.title, merged.version) == (1, "Slow network", 5)
    with pytest.raises(ServiceError) as refused:
        world.update(ticket, base_version=1, changes=TicketChanges(title="Mine"))
    assert refused.value.code == "version_conflict"


def test_a_repeated_command_returns_the_same_answer(world: World, ticket: TicketView) -> None:
    key = new_id()
    first = world.update(ticket, key=key, changes=TicketChanges(impact=1))
    add_event(world, ticket, breached=False)
    assert world.update(ticket, key=key, changes=TicketChanges(impact=1)) == first


def test_files_are_found_after_it(world: World, ticket: TicketView) -> None:
    with pytest.raises(ServiceError) as missing:
        attachment.get(world.ports, ticket.number, "f1", ALICE)
    assert missing.value.code == "not_found"
    assert world.tickets.find_attached(["f1"]) == set()


def test_no_other_type_may_change_a_field(world: World, ticket: TicketView) -> None:
    before = load(world, ticket).ticket
    event = next(world.tickets.events(load(world, ticket), 1))
    with pytest.raises(AssertionError):
        world.tickets.save(before, replace(before, version=5, team_id="hr"), [event], None)


def test_rights_follow_the_next_known_change(world: World, ticket: TicketView) -> None:
    add_event(world, ticket, breached=True)
    world.change(ticket, team_id="hr")
    assert [entry.sequence for entry in history.events(world.ports, ticket.number, 9, None, ALICE).items] == [1, 4, 6]
