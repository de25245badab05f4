"""The store finds the same tickets for a filter as the filter matches in memory, for any filter and viewer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tickets.usecases import read
from tickets.usecases.ports import Order
from trackline_schemas.access import readable
from trackline_schemas.filters import TICKET_FIELDS, And, Condition, Filter, Not, Or, check_filter, matches
from trackline_schemas.ticket.views import TicketView

from .stores import in_mongo
from .world import ALICE, BOB, CHARLIE, DANA, ROOT, World

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEYWORDS = [
    "new",
    "open",
    "pending",
    "resolved",
    "it",
    "hr",
    "bob",
    "dana",
    "alice",
    "vip",
    "vpn",
    "portal",
    "INC-1001",
]


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> World:
    database = request.getfixturevalue("client_database")
    for name in database.list_collection_names():
        database[name].delete_many({})
    world, _ = in_mongo(database, request.getfixturevalue("settings"))
    several(world)
    return world


def several(world: World) -> None:
    """Creates tickets with different teams, requesters and states, and with fields that are set, null or missing."""
    for team in (None, "it", "hr", "network"):
        for requester in ("bob", "dana"):
            ticket = world.create(ALICE, requester_id=requester, team_id=team, tags=["vip", "vpn"][: len(team or "")])
            world.clock.forward(minutes=1)
            staff = ALICE.model_copy(update={"teams": {"it": "reply", "hr": "reply", "network": "reply"}})
            if requester == "bob":
                world.say(ticket, staff, "Hello.", tags=[], assignee_id="alice")
                world.change(ticket, staff, assignee_id=None)
                world.resolved(ticket) if team == "it" else world.change(ticket, staff, state="pending")
            else:
                world.change(ticket, staff, impact=1, priority=1, priority_reason="It burns")


def conditions() -> st.SearchStrategy[Filter]:
    return st.sampled_from(sorted(TICKET_FIELDS)).flatmap(lambda field: condition(field, TICKET_FIELDS[field]))


def condition(field: str, kind: str) -> st.SearchStrategy[Filter]:
    value: st.SearchStrategy[Any] = {
        "keyword": st.sampled_from(KEYWORDS),
        "number": st.integers(0, 6) | st.floats(0, 6),
        "date": st.integers(-1, 10).map(lambda minutes: START + timedelta(minutes=minutes)),
    }[kind]
    ordered = [] if kind == "keyword" else ["lt", "lte", "gt", "gte"]
    return st.one_of(
        st.builds(Condition, field=st.just(field), op=st.sampled_from(["eq", *ordered]), value=value),
        st.builds(Condition, field=st.just(field), op=st.just("in"), value=st.lists(value, max_size=3)),
        st.builds(Condition, field=st.just(field), op=st.just("is_set"), value=st.booleans()),
    )


FILTERS: st.SearchStrategy[Filter] = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.builds(lambda children: And(all=children), st.lists(inner, max_size=3)),
        st.builds(lambda children: Or(any=children), st.lists(inner, max_size=3)),
        st.builds(lambda child: Not(filter=child), inner),
    ),
    max_leaves=5,
)


@given(asked=FILTERS, viewer=st.sampled_from([ALICE, BOB, CHARLIE, DANA, ROOT]))
@hypothesis_settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_store_finds_what_matches_in_memory(world: World, asked: Filter, viewer: Any) -> None:
    filter = And(all=[check_filter(asked, TICKET_FIELDS), readable(viewer, world.teams.confidential())])
    everything = world.tickets.find(And(all=[]), Order("number", False), None, 100)
    found = world.tickets.find(filter, Order("number", False), None, 100)
    assert found == [view for view in everything if matches(filter, view.model_dump())]
    assert world.tickets.count(filter, 100) == len(found)


def numbers(views: list[TicketView]) -> list[str]:
    return [view.number for view in views]


@given(field=st.sampled_from(read.SORTS), descending=st.booleans(), size=st.integers(1, 9))
@hypothesis_settings(max_examples=30)
def test_pages_of_the_store_are_its_whole_list(world: World, field: Any, descending: bool, size: int) -> None:
    order = Order(field, descending)
    whole = world.tickets.find(And(all=[]), order, None, 100)
    paged: list[TicketView] = []
    while page := world.tickets.find(And(all=[]), order, position(paged, field), size):
        paged += page
    assert numbers(paged) == numbers(whole)
    assert len(whole) == 8


def position(paged: list[TicketView], field: Any) -> Any:
    return (read.sort_key(paged[-1], field), paged[-1].id) if paged else None
