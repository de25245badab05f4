from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackline_schemas.analytics import Summary, SummaryQuery
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

from . import naive
from .fakes import FakeFacts, FakeGenerations, FakeTeams
from .stories import HOUR, START, Story, random_story
from .world import World

ADMIN = Viewer(id="root", admin=True)
NO_DATA = {"count": 0, "mean": None, "median": None, "p90": None}
OPEN_TEAMS = ("desk", "net")

FILTERS: list[tuple[dict[str, Any] | None, Callable[[dict[str, Any]], bool]]] = [
    (None, lambda _: True),
    ({"field": "priority", "op": "lte", "value": 2}, lambda ticket: ticket["priority"] <= 2),
    ({"field": "tags", "op": "in", "value": ["vpn"]}, lambda ticket: "vpn" in ticket["tags"]),
    ({"not": {"field": "team_id", "op": "is_set", "value": True}}, lambda ticket: ticket["team_id"] is None),
    ({"or": []}, lambda _: False),
]


def asked(world: World, viewer: Viewer = ADMIN, start: float = 0, end: float = 800, **query: Any) -> Summary:
    period = {"from": START + start * HOUR, "to": START + end * HOUR}
    return world.summary(SummaryQuery.model_validate({**period, **query}), viewer)


def filled(world: World, *stories: Story) -> World:
    for team_id in OPEN_TEAMS:
        world.team(team_id, confidential=False)
    world.team("hr", confidential=True)
    world.consume([event for story in stories for event in story.events])
    world.clock.forward(10_000 * 3600)
    return world


def visible(stories: list[Story]) -> list[Story]:
    """To an administrator, who reads no confidential team."""
    return [story for story in stories if story.ticket["team_id"] in (None, *OPEN_TEAMS)]


def check_against_naive(world: World, seed: int) -> None:
    random = Random(seed)
    stories = [random_story(random, f"t{number}") for number in range(random.randint(0, 40))]
    filled(world, *stories)
    start = random.uniform(0, 500)
    end = start + random.choice([1, 50, 300])
    filter_, wanted = random.choice(FILTERS)
    fields = random.choice([[], ["team_id"], ["priority", "state"]])
    found = asked(world, start=start, end=end, filter=filter_, group_by=fields)
    chosen = [story for story in visible(stories) if wanted(story.ticket)]
    period = (found.from_, found.to)
    assert found.total.model_dump() == naive.approx(naive.summary(chosen, *period))
    assert found.state_seconds == pytest.approx(naive.state_seconds(chosen, *period))
    out = Counter(naive.excluded(story) for story in chosen if period[0] <= naive.born(story) < period[1])
    assert found.excluded == {name: count for name, count in out.items() if name}
    for group in found.groups:
        members = [story for story in chosen if {name: story.ticket[name] for name in fields} == group.key]
        assert group.measures.model_dump() == naive.approx(naive.summary(members, *period))
        assert group.state_seconds == pytest.approx(naive.state_seconds(members, *period))
    assert sum(group.measures.created for group in found.groups) == (found.total.created if fields else 0)
    assert sum(group.measures.backlog for group in found.groups) == (found.total.backlog if fields else 0)


@given(st.integers(0, 10**9))
def test_summaries_equal_an_independent_computation(seed: int) -> None:
    check_against_naive(World(FakeFacts(), FakeGenerations(), FakeTeams()), seed)


@pytest.mark.parametrize("seed", range(12))
def test_summaries_from_mongodb_equal_an_independent_computation(mongo_world: World, seed: int) -> None:
    check_against_naive(mongo_world, seed)


def test_no_data_is_null_and_not_zero(world: World) -> None:
    empty = asked(world, group_by=["team_id"])
    assert empty.total.reopen_rate is None
    assert empty.total.first_reply.model_dump() == NO_DATA
    assert empty.total.resolution.model_dump() == empty.total.first_resolution.model_dump() == NO_DATA
    assert (empty.groups, empty.excluded, empty.applied_until) == ([], {}, None)
    open_only = asked(filled(world, Story("t1", 1)))
    assert (open_only.total.created, open_only.total.reopen_rate) == (1, None)
    assert open_only.total.resolution.mean is None


def test_numbers_by_hand(world: World) -> None:
    quick = Story("t1", 0, priority=1, assignee_id="anna").reply(1).update(2, state="resolved")
    slow = Story("t2", 0, priority=1).reply(3).update(4, state="resolved").update(5, state="open")
    slow.update(10, state="resolved")
    waiting = Story("t3", 0, priority=5)
    merged = Story("t4", 1).update(2, state="closed", close_reason="merged")
    found = asked(filled(world, quick, slow, waiting, merged), group_by=["priority", "assignee_id"])
    assert found.total.model_dump() == {
        "created": 3,
        "resolved": 2,
        "reopened": 1,
        "reopen_rate": 0.5,
        "backlog": 1,
        "first_reply": {"count": 2, "mean": 7200, "median": 7200, "p90": pytest.approx(3600 + 0.9 * 7200)},
        "resolution": {"count": 2, "mean": 21600, "median": 21600, "p90": pytest.approx(7200 + 0.9 * 28800)},
        "first_resolution": {"count": 2, "mean": 10800, "median": 10800, "p90": pytest.approx(7200 + 0.9 * 7200)},
        "reassignments": {"count": 2, "mean": 0, "median": 0, "p90": 0},
    }
    assert found.excluded == {"merged": 1}
    assert [group.key for group in found.groups] == [
        {"priority": 1, "assignee_id": "anna"},
        {"priority": 1, "assignee_id": None},
        {"priority": 5, "assignee_id": None},
    ]
    assert found.applied_until == START + 10 * HOUR


def test_backlog_is_of_the_end_of_the_period_or_now(world: World) -> None:
    story = Story("t1", 1).update(5, state="resolved").update(9, state="open")
    filled(world, story)
    backlogs = [asked(world, start=0, end=end).total.backlog for end in (1, 4, 5, 6, 9, 10, 10**5)]
    assert backlogs == [0, 1, 1, 0, 0, 1, 1]


def test_a_summary_counts_only_what_its_reader_may_read(world: World) -> None:
    filled(
        world, Story("t1", team_id="hr"), Story("t2", team_id="desk"), Story("t3", team_id="unheard_of"), Story("t4")
    )
    assert asked(world).total.created == 2
    assert asked(world, Viewer(id="henry", teams={"hr": "read"})).total.created == 3
    assert asked(world, Viewer(id="rita", teams={"desk": "read"})).total.created == 4


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"start": 5, "end": 5}, "invalid"),
        ({"group_by": ["team_id", "team_id"]}, "invalid"),
        ({"filter": {"field": "title", "op": "eq", "value": "x"}}, "invalid_filter"),
        ({"filter": {"field": "priority", "op": "eq", "value": "high"}}, "invalid_filter"),
        ({"viewer": Viewer(id="rita")}, "forbidden"),
    ],
)
def test_what_cannot_be_answered_is_refused(memory_world: World, query: dict[str, Any], code: str) -> None:
    with pytest.raises(ServiceError) as refused:
        asked(memory_world, **query)
    assert refused.value.code == code


def test_a_summary_answers_from_the_old_facts_while_a_rebuild_runs(world: World) -> None:
    filled(world, Story("t1"))
    world.complete_first_rebuild()
    world.rebuild(ADMIN)
    world.consume(Story("t2").events)
    assert asked(world).total.created == 2


def test_any_period_that_a_calendar_holds_can_be_asked_for(world: World) -> None:
    filled(world, Story("t1"))
    period = {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59.999Z"}
    assert world.summary(SummaryQuery.model_validate(period), ADMIN).total.created == 1


def test_the_period_before_stands_beside_the_period(world: World) -> None:
    filled(world, Story("t1").update(2, state="resolved"), Story("t2", 1, priority=1), Story("t3", 12, priority=1))
    found = asked(world, start=10, end=20, compare_from=START, group_by=["priority"])
    assert found.previous is not None
    assert (found.previous.created, found.total.created) == (2, 1)
    assert (found.previous.resolution.mean, found.total.resolution.mean) == (7200, None)
    assert (found.previous.backlog, found.total.backlog) == (1, 2)
    before = {group.key["priority"]: group.previous and group.previous.created for group in found.groups}
    assert before == {1: 1, 5: 1}
    assert found.previous == asked(world, start=0, end=10).total
    with pytest.raises(ServiceError):
        asked(world, start=10, end=20, compare_from=START + 10 * HOUR)


def test_time_in_states_ends_now(world: World) -> None:
    filled(world, Story("t1"))
    world.clock.now = START + 3 * HOUR
    assert asked(world, start=1, end=800).state_seconds == {"new": 2 * 3600}
    assert asked(world, start=4, end=800).state_seconds == {}


def test_old_facts_without_a_field_are_in_the_group_null(world: World) -> None:
    """Events of the release before have no location."""
    old, new = Story("t1"), Story("t2", location="Building 7")
    assert "location" not in old.events[0].data["ticket"]
    found = asked(filled(world, old, new), group_by=["location"])
    assert [(group.key, group.measures.created) for group in found.groups] == [
        ({"location": "Building 7"}, 1),
        ({"location": None}, 1),
    ]
    here = {"field": "location", "op": "eq", "value": "Building 7"}
    assert asked(world, filter=here).total.created == 1
