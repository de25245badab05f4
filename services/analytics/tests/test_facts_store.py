"""The contract of both fact stores, followed by tests for MongoDB only."""

import itertools
from collections.abc import Iterable
from random import Random
from typing import Any, get_args

import pytest
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from analytics.adapters import query
from analytics.adapters.fact import MongoFacts
from analytics.domain.fact import Fact
from analytics.domain.measure import Lives
from analytics.domain.period import Period
from analytics.usecases.fact import to_step
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


def test_both_stores_return_the_same_lives(memory_world: World, mongo_world: World) -> None:
    random = Random(4)
    facts = list(fold_in_order(*(random_story(random, f"t{n}", skewed=True) for n in range(120))).values())
    for world in (memory_world, mongo_world):
        assert world.facts.save(1, facts) == set()
    for where in WHERES:
        for hours in range(0, 700, 70):
            period = Period(START + hours * HOUR, START + (hours + random.randint(1, 99)) * HOUR)
            told = [list(world.facts.lives(1, where, period, KEY)) for world in (memory_world, mongo_world)]
            assert one_by_one(told[0]) == one_by_one(told[1])
            assert one_by_one(told[0])


def one_by_one(told: Iterable[Lives]) -> list[str]:
    columns = ("created_at", "done_at", "replied_at", "first_resolution_at", "last_resolution_at")
    counts = ("reopenings", "team_changes")
    found = []
    for lives in told:
        of = (tuple(lives.key.items()), lives.excluded)
        found += [(of, one) for one in zip(*(getattr(lives, name) for name in (*columns, *counts)), strict=True)]
        found += [(of, rest) for rest in lives.rests]
    return sorted(map(repr, found))


def test_an_instant_at_the_edge_belongs_to_the_period_that_it_begins(world: World) -> None:
    story = Story("t1", 10).update(20, state="resolved")
    world.facts.save(1, list(fold_in_order(story).values()))

    def found(start: float, end: float) -> int:
        return len(list(world.facts.lives(1, ALL, Period(START + start * HOUR, START + end * HOUR), [])))

    periods = [(0, 10), (0, 20), (10, 11), (11, 20), (20, 21), (21, 30)]
    assert [found(*period) for period in periods] == [0, 1, 1, 1, 1, 0]


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


def test_a_generation_with_other_indexes_answers_until_a_rebuild_replaces_it(
    mongo: Database[dict[str, Any]], mongo_world: World
) -> None:
    """The indexes and facts of the earlier version lack a field by which measures can be grouped today."""
    mongo_world.complete_first_rebuild()
    mongo_world.consume(Story().update(1, state="resolved").events)
    live = mongo_world.generations.read(mongo_world.clock.now).live
    old = mongo[f"facts_{live}"]
    old.update_one({"_id": "t1"}, {"$unset": {"channel": ""}})
    for index in query.INDEXES:
        if index.document["name"] in (query.LIFE, query.RESTS, query.STAY):
            keys = [key for key in index.document["key"].items() if key[0] != "channel"]
            old.drop_index(index.document["name"])
            old.create_indexes([IndexModel(keys, **{**index.document, "key": None})])

    world = World(MongoFacts(mongo), mongo_world.generations, mongo_world.teams)
    assert world.facts.outdated(live)
    [lives] = world.facts.lives(live, ALL, Period(START, START + 9 * HOUR), ["channel"])
    assert (lives.key, len(lives.created_at)) == ({"channel": None}, 1)
    world.consume(Story("t2").events)
    assert not world.advance()
    building = world.generations.read(world.clock.now).building
    assert building is not None
    assert not world.facts.outdated(building.generation)
    assert world.generations.switch(building, world.clock.now)
    world.advance()
    assert world.generations.read(world.clock.now).building is None
