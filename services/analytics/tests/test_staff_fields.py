"""No measure tells a requester anything about a staff field: the numbers are the same whatever the field holds."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.adapters.fact import MongoFacts
from analytics.adapters.generation import MongoGenerations
from analytics.adapters.team import MongoTeams
from trackline_schemas import access
from trackline_schemas.analytics import Counted, CountedQuery, Every, SeriesQuery, SummaryQuery
from trackline_schemas.filters import Condition, Filter
from trackline_schemas.ticket.fields import GROUPS
from trackline_schemas.viewer import Viewer
from trackline_testing.staff_fields import WORLDS, answer, check_each_method_is_listed, secret_filters

from .fakes import FakeFacts, FakeGenerations, FakeTeams
from .stories import HOUR, START, Story
from .world import World

# They may read the ticket only because it is their own. People without a team get no measures at all.
REQUESTERS = [Viewer(id="bob", teams={"net": "manage"}), Viewer(id="bob", admin=True)]
STAFF = Viewer(id="anna", teams={"hr": "read"})
PERIOD = {"from": START, "to": START + 100 * HOUR}
Tell = Callable[[Mapping[str, Any]], World]
TAGS = Condition(field="tags", op="eq", value="burnout")


def _told(secrets: Mapping[str, Any], world: World) -> World:
    """Bob's ticket in the confidential team, and others that he may read."""
    for team_id in ("net", "hr"):
        world.team(team_id, confidential=team_id == "hr")
    stories = [
        Story("own", number="INC-1", requester_id="bob", team_id="hr", tags=["first"]).update(1, **secrets),
        Story("own2", number="INC-2", requester_id="bob", team_id="hr", tags=["burnout"]).update(2, state="resolved"),
        Story("other", number="INC-3", team_id="net", tags=["burnout"]).update(3, state="open"),
        Story("hidden", number="INC-4", team_id="hr", tags=["burnout"]),
    ]
    world.consume([event for story in stories for event in story.events])
    world.clock.forward(200 * 3600)
    return world


@pytest.fixture(scope="module", params=["fact by fact", "columns"])
def tell(request: pytest.FixtureRequest) -> Iterator[Tell]:
    if request.param == "fact by fact":
        yield lambda secrets: _told(secrets, World(FakeFacts(), FakeGenerations(), FakeTeams()))
        return
    mongo = request.getfixturevalue("mongo")
    names: list[str] = []

    def tell_columns(secrets: Mapping[str, Any]) -> World:
        names.append(f"{mongo.name}_{len(names)}")
        store = mongo.client.get_database(names[-1], mongo.codec_options)
        return _told(secrets, World(MongoFacts(store), MongoGenerations(store), MongoTeams(store)))

    yield tell_columns
    for name in names:
        mongo.client.drop_database(name)


@pytest.fixture(scope="module")
def worlds(tell: Tell) -> list[World]:
    return [tell(secrets) for secrets in WORLDS]


def summaries(world: World, viewer: Viewer, filter: Filter | None) -> Iterator[Any]:
    for group in ([], *([name] for name in GROUPS)):
        asked = {**PERIOD, "filter": filter, "compare_from": START - HOUR, "group_by": group}
        query = SummaryQuery.model_validate(asked)
        yield answer(partial(world.summary, query, viewer))


def series(world: World, viewer: Viewer, filter: Filter | None) -> Iterator[Any]:
    for every in get_args(Every):
        query = SeriesQuery.model_validate({**PERIOD, "filter": filter, "every": every, "group_by": ["location"]})
        yield answer(partial(world.series, query, viewer))


def tickets(world: World, viewer: Viewer, filter: Filter | None) -> Iterator[Any]:
    for measure in get_args(Counted):
        query = CountedQuery.model_validate({**PERIOD, "filter": filter, "measure": measure, "size": 1})
        yield answer(partial(world.tickets, query, viewer))


READERS: Mapping[str, Callable[[World, Viewer, Filter | None], Iterator[Any]]] = {
    "summary": summaries,
    "series": series,
    "tickets": tickets,
}
SILENT = {"rebuild": "only for administrators, and answers the id of a job"}


def test_each_method_is_a_reader_here_or_silent_about_tickets() -> None:
    check_each_method_is_listed("analytics", READERS, SILENT)


@pytest.mark.parametrize("viewer", REQUESTERS, ids=["agent", "administrator"])
@pytest.mark.parametrize("filter", [None, TAGS], ids=["all", "tags"])
@pytest.mark.parametrize("method", READERS)
def test_numbers_do_not_depend_on_staff_fields(
    worlds: list[World], method: str, filter: Filter | None, viewer: Viewer
) -> None:
    first, second = (list(READERS[method](world, viewer, filter)) for world in worlds)
    assert first == second


@pytest.mark.parametrize("method", READERS)
@given(filter=secret_filters(), viewer=st.sampled_from(REQUESTERS))
@settings(max_examples=60)
def test_filters_do_not_tell_a_staff_field(worlds: list[World], method: str, filter: Filter, viewer: Viewer) -> None:
    first, second = (list(READERS[method](world, viewer, filter)) for world in worlds)
    assert first == second


@pytest.mark.parametrize("viewer", REQUESTERS, ids=["agent", "administrator"])
@pytest.mark.parametrize("method", ["summary", "series"])
def test_groups_do_not_tell_a_staff_field(
    tell: Tell, method: str, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No staff field is groupable today, so this test makes one of a field that is."""
    monkeypatch.setattr(access, "STAFF_FIELDS", frozenset({"location"}))
    first, second = (list(READERS[method](tell({"location": place}), viewer, None)) for place in ("Ward", "Court"))
    assert first == second
    first, second = (list(READERS[method](tell({"location": place}), STAFF, None)) for place in ("Ward", "Court"))
    assert first != second


@pytest.mark.parametrize("method", READERS)
def test_staff_can_tell_the_worlds_apart(method: str, worlds: list[World]) -> None:
    first, second = (list(READERS[method](world, STAFF, TAGS)) for world in worlds)
    assert first != second
