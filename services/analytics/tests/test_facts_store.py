"""The contract of both fact stores, followed by tests for MongoDB only."""

import itertools
from collections.abc import Iterable
from random import Random
from typing import Any, get_args

import pytest
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from analytics.adapters.fact import MongoFacts
from analytics.domain.fact import Fact
from analytics.domain.period import Period
from analytics.usecases.fact import to_step
from analytics.usecases.ports import Grouped
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import And, Condition, Filter, Not, Or

from .stories import HOUR, START, Story, random_story
from .world import PATIENCE, World, fold_in_order

ALL = And(all=[])
KEY = ["team_id", "priority"]
NO_TEAM = Not(filter=Condition(field="team_id", op="is_set", value=True))
WHERES: list[Filter] = [
    ALL,
    Condition(field="priority", op="lte", value=2),
    Condition(field="tags", op="eq", value="vpn"),
    Or(any=[Condition(field="team_id", op="in", value=["desk"]), NO_TEAM]),
]


def test_a_fact_is_read_as_it_was_saved(world: World) -> None:
    story = Story(tags=["vpn"], team_id="desk").reply(1).update(2, state="resolved").update(3, state="open")
    fact = fold_in_order(story)["t1"]
    fact.take(to_step(story.unknown(4).update(5, state="closed").events[-1]))
    fact.settle(4, START, PATIENCE)
    fact.replayed = 2
    assert world.facts.save(1, [fact]) == set()
    fact.revision = 1
    assert world.facts.load(1, ["t1", "t2"]) == {"t1": fact}
    assert world.facts.load(2, ["t1"]) == {}


def test_save_names_exactly_the_facts_that_somebody_else_wrote(world: World) -> None:
    mine = fold_in_order(*(Story(f"t{number}") for number in range(4)))
    theirs = fold_in_order(Story("t1").update(1, state="open"), Story("t3"))
    world.facts.save(1, list(theirs.values()))
    assert world.facts.save(1, list(mine.values())) == {"t1", "t3"}
    stored = world.facts.load(1, mine)
    assert stored.keys() == mine.keys()
    assert stored["t1"].applied == 2
    assert world.facts.save(1, [stored["t0"]]) == set()
    assert world.facts.save(1, [stored["t0"]]) == {"t0"}


def test_due_facts_come_oldest_first(world: World) -> None:
    for number, hours in enumerate((3, 1, 2, 9)):
        world.facts.save(1, [Fact(f"t{number}", known=2, ask_at=START + hours * HOUR)])
    world.facts.save(1, [Fact("complete")])
    assert [fact.id for fact in world.facts.due(1, START + 3 * HOUR, 2)] == ["t1", "t2"]
    assert [fact.id for fact in world.facts.due(1, START + 3 * HOUR, 9)] == ["t1", "t2", "t0"]
    assert world.facts.gaps(1) == 4


def test_progress_counts_what_was_replayed(world: World) -> None:
    assert world.facts.progress(1).subjects == 0
    world.facts.save(1, [Fact("a", replayed=3), Fact("b", replayed=2, ask_at=START), Fact("c")])
    progress = world.facts.progress(1)
    assert (progress.subjects, progress.events, progress.gaps) == (2, 5, 1)


def test_the_newest_event_is_none_without_facts(world: World) -> None:
    assert world.facts.newest_event(1) is None
    world.facts.save(1, list(fold_in_order(Story("a").unknown(7), Story("b", 2)).values()))
    assert world.facts.newest_event(1) == START + 7 * HOUR


def test_both_stores_count_the_same(memory_world: World, mongo_world: World) -> None:
    random = Random(4)
    facts = list(fold_in_order(*(random_story(random, f"t{n}", skewed=True) for n in range(120))).values())
    for world in (memory_world, mongo_world):
        assert world.facts.save(1, facts) == set()
    for where in WHERES:
        for hours in range(0, 700, 70):
            edges = [START + (hours + more) * HOUR for more in (0, random.randint(1, 99), 200)]
            told = [one_by_one(world.facts.tallies(1, where, edges, KEY)) for world in (memory_world, mongo_world)]
            assert told[0] == told[1]
            assert told[0]


def one_by_one(told: Iterable[Grouped]) -> list[str]:
    """The numbers of each group, and the measures of each of its periods."""
    return sorted(
        repr((tuple(fields.items()), excluded, tallies.measures(), tallies.tallies[0].growth))
        for fields, excluded, tallies in told
    )


def test_both_stores_add_up_the_same_time_in_states(memory_world: World, mongo_world: World) -> None:
    random = Random(6)
    facts = list(fold_in_order(*(random_story(random, f"t{n}", skewed=True) for n in range(80))).values())
    for world in (memory_world, mongo_world):
        world.facts.save(1, facts)
    for hours in range(0, 700, 70):
        period = Period(START + hours * HOUR, START + (hours + random.randint(1, 99)) * HOUR)
        for where, key in itertools.product(WHERES, ([], KEY)):
            told = [
                sorted(map(repr, world.facts.state_time(1, where, period, key)))
                for world in (memory_world, mongo_world)
            ]
            assert told[0] == told[1]
            assert told[0]


def test_both_stores_find_the_same_tickets_behind_each_measure(memory_world: World, mongo_world: World) -> None:
    random = Random(7)
    facts = list(fold_in_order(*(random_story(random, f"t{n}", skewed=True) for n in range(80))).values())
    for world in (memory_world, mongo_world):
        world.facts.save(1, facts)
    period = Period(START + 50 * HOUR, START + 500 * HOUR)
    for measure in get_args(Counted):
        told = [
            [fact.id for fact in world.facts.find_counted(1, ALL, period, measure, 50, None)]
            for world in (memory_world, mongo_world)
        ]
        assert told[0] == told[1]
        assert told[0]


def test_a_write_that_fails_for_another_reason_is_an_error(mongo: Database[dict[str, Any]]) -> None:
    facts = MongoFacts(mongo)
    facts.drop(8)
    facts.save(8, [Fact("t1")])
    mongo.command("collMod", "facts_8", validator={"applied": {"$lt": 5}})
    with pytest.raises(BulkWriteError):
        facts.save(8, [Fact("t2", applied=9)])
