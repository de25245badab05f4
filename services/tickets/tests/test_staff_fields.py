"""No method tells a requester anything about a staff field: its answers are the same whatever the field holds."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.usecases import attachment, history, read
from trackline_schemas.filters import Filter
from trackline_schemas.paging import PageQuery
from trackline_schemas.ticket.commands import TicketChanges
from trackline_schemas.ticket.fields import CREATABLE
from trackline_schemas.ticket.views import AskedTicket, TicketView
from trackline_schemas.viewer import Viewer
from trackline_testing.staff_fields import SECRETS, WORLDS, answer, check_each_method_is_listed, secret_filters

from .world import ALICE, BOB, World

# They may read the ticket only because it is their own: a requester, an agent of another team and an administrator.
REQUESTERS = [
    BOB,
    Viewer(id="bob", teams={"network": "manage"}),
    Viewer(id="bob", admin=True),
]
NUMBER = "INC-1001"


def tell(secrets: Mapping[str, Any]) -> World:
    """Bob's ticket in the confidential team, with these values as the last of two changes of each staff field."""
    world = World()
    ticket = world.create(
        ALICE, key_of(1), requester_id="bob", team_id="hr", source="old", external_ref="7", description="I need help."
    )
    for index, fields in enumerate(({"tags": ["first"], "priority_reason": "First."}, secrets)):
        world.clock.forward(minutes=1)
        changes = TicketChanges.model_validate({**fields, "priority": index + 1})
        ticket = world.update(ticket, ALICE, key_of(2 + index), changes=changes)
    world.create(ALICE, key_of(9), requester_id="bob", team_id="it", tags=["burnout"])
    return world


def key_of(number: int) -> str:
    return str(UUID(int=number))


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [tell(secrets) for secrets in WORLDS]


def lists(world: World, viewer: Viewer, filter: Filter | None = None) -> Iterator[Any]:
    for sort in (*read.SORTS, *(f"-{name}" for name in read.SORTS), *SECRETS):
        yield answer(partial(read.page, world.ports, PageQuery(filter=filter, sort=sort, size=1), viewer))


def counts(world: World, viewer: Viewer, filter: Filter | None = None) -> Iterator[Any]:
    yield answer(lambda: read.count(world.ports, [filter] if filter else [], 10, viewer))


def stated(world: World, viewer: Viewer) -> Iterator[Any]:
    yield answer(lambda: read.get(world.ports, NUMBER, None, viewer))
    for minutes in (0, 1, 2):
        instant = world.clock.now - timedelta(minutes=minutes)
        yield answer(partial(read.get, world.ports, NUMBER, instant, viewer))


def updates(world: World, viewer: Viewer) -> Iterator[Any]:
    """Each field with the value of either world, as what the caller wants and did or did not see before."""
    ticket = stored(world)
    for name, base in product(SECRETS, (None, 1, 2, 3)):
        for value in SECRETS[name]:
            for more in ({}, {"priority": 1}):
                changes = TicketChanges.model_validate({name: value, **more})
                yield answer(partial(world.update, ticket, viewer, changes=changes, base_version=base))


def created(world: World, viewer: Viewer) -> Iterator[Any]:
    """A body with another reference, and with the one that is taken."""
    for name, reference in product(SECRETS.keys() & CREATABLE, ("7", "8")):
        for value in SECRETS[name]:
            members = {name: value, "source": "old", "external_ref": reference}
            yield answer(partial(_state_of_created, world, viewer, members))


def _state_of_created(world: World, viewer: Viewer, members: dict[str, Any]) -> str:
    return world.create(viewer, **members).state


def asked_by(viewer: Viewer) -> AskedTicket:
    return AskedTicket(number=NUMBER, viewer=viewer)


def stored(world: World) -> TicketView:
    return read.get(world.ports, NUMBER, None, ALICE)


FILTERED: Mapping[str, Callable[..., Iterator[Any]]] = {"list": lists, "count": counts}
READERS: Mapping[str, Callable[[World, Viewer], Iterator[Any]]] = {
    "list": lists,
    "count": counts,
    "tags": lambda world, viewer: one(lambda: read.tags(world.ports, "", 50, viewer)),
    "get": stated,
    "get_many": lambda world, viewer: one(lambda: read.get_many(world.ports, [asked_by(viewer)])),
    "find_by_ref": lambda world, viewer: one(lambda: read.find_by_ref(world.ports, "old", "7", viewer)),
    "comments": lambda world, viewer: one(lambda: history.comments(world.ports, NUMBER, 50, None, viewer)),
    "events": lambda world, viewer: one(lambda: history.events(world.ports, NUMBER, 50, None, viewer)),
    "events_since": lambda world, viewer: one(
        lambda: history.events_since(world.ports, world.clock.now - timedelta(days=1), 50, viewer)
    ),
    "attachment": lambda world, viewer: one(lambda: attachment.get(world.ports, NUMBER, "none", viewer)),
    "create": created,
    "update": updates,
}
SILENT = {
    **dict.fromkeys(("import_ticket", "purge", "replay", "replay_status"), "only for administrators and the system"),
    "attached": "only for the system",
    **dict.fromkeys(("categories", "create_category", "update_category"), "about categories"),
    **dict.fromkeys(("create_record", "update_record", "record", "records"), "about configuration"),
    **dict.fromkeys(("record_changes", "record_used_by"), "about configuration"),
}


def one(ask: Callable[[], Any]) -> Iterator[Any]:
    yield answer(ask)


def test_each_method_is_a_reader_here_or_silent_about_tickets() -> None:
    check_each_method_is_listed("tickets", READERS, SILENT)


@pytest.mark.parametrize("viewer", REQUESTERS, ids=["requester", "agent", "administrator"])
@pytest.mark.parametrize("method", READERS)
def test_answers_do_not_depend_on_staff_fields(method: str, viewer: Viewer) -> None:
    first, second = (list(READERS[method](tell(secrets), viewer)) for secrets in WORLDS)
    assert first == second


@pytest.mark.parametrize("method", FILTERED)
@given(filter=secret_filters(), viewer=st.sampled_from(REQUESTERS))
@settings(max_examples=100)
def test_filters_do_not_tell_a_staff_field(worlds: list[World], method: str, filter: Filter, viewer: Viewer) -> None:
    first, second = (list(FILTERED[method](world, viewer, filter)) for world in worlds)
    assert first == second


@pytest.mark.parametrize("method", ["list", "get", "get_many", "find_by_ref", "events"])
def test_staff_can_tell_the_worlds_apart(method: str, worlds: list[World]) -> None:
    first, second = (list(READERS[method](world, ALICE)) for world in worlds)
    assert first != second
