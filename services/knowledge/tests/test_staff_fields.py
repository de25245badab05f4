"""The search tells a requester nothing about a staff field: its answers are the same whatever the field holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.usecases.search import suggest
from trackline_schemas.filters import Filter
from trackline_schemas.viewer import Viewer
from trackline_testing.amounts import amount
from trackline_testing.staff_fields import (
    GUESSES,
    SECRET_CONDITIONS,
    WORLDS,
    answer,
    check_each_method_is_listed,
    secret_filters,
)

from .fakes import FakeArticles, FakeClock, FakeDocuments, FakeIndex, FakeTeams
from .samples import HR, START, ticket_event
from .world import World

# They may read the ticket only because it is their own: a requester, an agent of another team and an administrator.
REQUESTERS = [
    Viewer(id="bob"),
    Viewer(id="bob", teams={"network": "manage"}),
    Viewer(id="bob", admin=True),
]
# The description is one of the secrets, so that a ticket can also be found by what a tag says.
QUERIES = ["", "help", "INC-1", "burnout leave", *(word for words in GUESSES.values() for word in words)]
# The queries that are repeated with each condition on a staff field.
FILTERED = QUERIES[: amount("STAFF_QUERIES", short=2, long=100)]


def tell(world: World, sequence: int, secrets: Mapping[str, Any]) -> World:
    """Bob's ticket in the confidential team, with these values since the event of this sequence."""
    own: dict[str, Any] = {
        "number": "INC-1",
        "title": "I need help",
        "requester_id": "bob",
        "team_id": "people",
        "updated_at": START,
    }
    other: dict[str, Any] = {
        "number": "INC-2",
        "title": "Help",
        "requester_id": "bob",
        "team_id": "network",
        "tags": ["burnout"],
    }
    world.hear(
        ticket_event("t1", 1, "burnout leave", **own, tags=["first"]),
        ticket_event("t1", sequence, **own, **secrets),
        ticket_event("t2", 1, "burnout", **other),
    )
    return world


def searches(
    world: World, viewer: Viewer, filter: Filter | None = None, queries: Sequence[str] = QUERIES
) -> Iterator[Any]:
    for q in queries:
        yield answer(partial(world.ask, q, viewer, filter=filter, size=1))
        yield answer(partial(world.ask, q, viewer, filter=filter))


def suggestions(world: World, viewer: Viewer) -> Iterator[Any]:
    for q in QUERIES:
        yield answer(partial(suggest, world.ports, q, 5, viewer))


READERS: Mapping[str, Callable[..., Iterator[Any]]] = {"search": searches, "suggest": suggestions}
SILENT = {
    **dict.fromkeys(("create_article", "update_article", "restore_article"), "about articles"),
    **dict.fromkeys(("article", "articles", "article_version", "article_versions"), "about articles"),
    **dict.fromkeys(("status", "rebuild", "reconcile", "replay"), "only for administrators, and counts documents"),
}


def test_each_method_is_a_reader_here_or_silent_about_tickets() -> None:
    check_each_method_is_listed("knowledge", READERS, SILENT)


@pytest.mark.parametrize("viewer", REQUESTERS, ids=["requester", "agent", "administrator"])
def test_answers_do_not_depend_on_staff_fields(world: World, viewer: Viewer) -> None:
    first, second = (ask_all(tell(world, sequence, secrets), viewer) for sequence, secrets in enumerate(WORLDS, 2))
    assert first == second


def ask_all(world: World, viewer: Viewer) -> list[Any]:
    found = [one for method in READERS.values() for one in method(world, viewer)]
    return [*found, *(one for filter in SECRET_CONDITIONS for one in searches(world, viewer, filter, FILTERED))]


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [tell(in_memory(), 2, secrets) for secrets in WORLDS]


def in_memory() -> World:
    documents = FakeDocuments()
    index = FakeIndex(documents)
    return World("memory", FakeClock(START), documents, FakeArticles(), FakeTeams(), index, settle=lambda: None)


@given(filter=secret_filters(), viewer=st.sampled_from(REQUESTERS))
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_filters_do_not_tell_a_staff_field(worlds: list[World], filter: Filter, viewer: Viewer) -> None:
    first, second = (list(searches(world, viewer, filter)) for world in worlds)
    assert first == second


def test_staff_can_tell_the_worlds_apart(worlds: list[World]) -> None:
    found = [[list(searches(world, HR, filter)) for filter in SECRET_CONDITIONS] for world in worlds]
    assert found[0] != found[1]
