"""Each replica answers from its own memory. Whatever others do meanwhile, an answer is right or waits."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from random import Random
from threading import Event
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from analytics.adapters import fact, memory
from analytics.adapters.change import MongoChanges
from analytics.adapters.columns import Columns
from analytics.adapters.document import Document, to_document
from analytics.adapters.fact import MongoFacts
from analytics.domain.fact import Fact
from trackline_schemas.filters import And

from .stories import HOUR, START, Story, random_story
from .test_facts_store import one_by_one
from .test_rebuild import ADMIN, finished, replayed
from .world import World, fold_in_order

ALL = And(all=[])
EDGES = [START, START + 24 * HOUR]


def told(world: World, generation: int = 1) -> int:
    return sum(found.measures()[0].created for _, _, found in world.facts.tallies(generation, ALL, EDGES, []))


def excluded(world: World) -> set[str | None]:
    return {reason for _, reason, _ in world.facts.tallies(1, ALL, EDGES, [])}


def folded(*stories: Story) -> list[Fact]:
    return list(fold_in_order(*stories).values())


def write_as_before(mongo: Database[Document], facts: Sequence[Fact], revision: int = 1) -> None:
    """Writes as an earlier version, which announces nothing."""
    for one in facts:
        document = {**to_document(one), "revision": revision}
        document.pop("announced", None)
        mongo["facts_1"].replace_one({"_id": one.id}, document, upsert=True)


@pytest.fixture
def other(mongo: Database[Document], mongo_world: World) -> World:
    """Another replica."""
    return World(MongoFacts(mongo), mongo_world.generations, mongo_world.teams)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many facts were read, each time."""
    counts: list[int] = []
    take = Columns.take

    def count(columns: Columns, documents: Sequence[Document]) -> None:
        counts.append(len(documents))
        take(columns, documents)

    monkeypatch.setattr(Columns, "take", count)
    return counts


def test_a_replica_learns_what_others_have_announced(mongo_world: World, other: World) -> None:
    assert told(mongo_world) == told(other) == 0
    other.consume([event for n in range(9) for event in Story(f"t{n}").events])
    assert told(mongo_world) == told(other) == 9
    mongo_world.consume([Story("t3").update(1, state="cancelled").events[-1]])
    assert excluded(other) == {None, "cancelled"}


def test_what_a_dying_process_has_not_announced_is_announced_by_the_next(mongo_world: World, other: World) -> None:
    story = Story("t1")
    assert told(other) == 0
    mongo_world.facts.save(1, folded(story))
    assert told(other) == 0
    mongo_world.consume(story.events)
    assert told(other) == 1


def test_what_an_earlier_version_writes_is_known_at_the_next_turn(
    mongo: Database[Document], mongo_world: World, other: World
) -> None:
    assert told(mongo_world) == told(other) == 0
    stories = [Story(f"t{n}") for n in range(500)]
    write_as_before(mongo, folded(*stories))
    mongo_world.facts.follow(1)
    assert told(mongo_world) == told(other) == 500
    write_as_before(mongo, [*folded(stories[7].update(1, state="cancelled")), Fact("t8", applied=9)], revision=2)
    mongo_world.facts.follow(1)
    assert told(mongo_world) == told(other) == 499
    assert excluded(other) == {None, "cancelled"}


def test_many_facts_of_an_earlier_version_are_announced_in_turns(
    mongo: Database[Document], mongo_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact, "OTHERS_AT_ONCE", 2)
    assert told(mongo_world) == 0
    # Each is in a part of its own.
    write_as_before(mongo, folded(*(Story(f"{n}{n}{n}") for n in range(5))))
    seen = []
    for _ in range(4):
        mongo_world.facts.follow(1)
        seen.append(told(mongo_world))
    assert seen == [2, 4, 5, 5]


def test_what_an_earlier_version_writes_before_the_mark_is_announced_again(
    mongo: Database[Document], mongo_world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, announce = Story(), MongoChanges.announce
    write_as_before(mongo, folded(story))
    assert excluded(other) == {None}

    def announce_and_wait(changes: MongoChanges, generation: int, ids: Any) -> None:
        announce(changes, generation, ids)
        assert excluded(other) == {None}
        write_as_before(mongo, folded(story.update(1, state="cancelled")), revision=2)
        monkeypatch.setattr(MongoChanges, "announce", announce)

    monkeypatch.setattr(MongoChanges, "announce", announce_and_wait)
    mongo_world.facts.follow(1)
    mongo_world.facts.follow(1)
    assert excluded(other) == {"cancelled"}


def test_nothing_is_announced_twice(mongo: Database[Document], mongo_world: World, taken: list[int]) -> None:
    write_as_before(mongo, folded(Story("t1"), Story("t2")))
    mongo_world.consume(Story("t3").events)
    for _ in range(3):
        mongo_world.facts.follow(1)
    assert sum(taken) <= 3 + 3
    read = sum(taken)
    mongo_world.facts.follow(1)
    assert sum(taken) == read


def test_many_changes_are_read_again_in_turns(
    mongo_world: World, other: World, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "PARTS_AT_ONCE", 3)
    assert told(other) == 0
    mongo_world.consume([event for n in range(10, 27) for event in Story(f"{n}x").events])
    assert told(other) == 17
    assert taken == [3, 3, 3, 3, 3, 2]


def test_a_new_generation_is_read_anew(mongo_world: World) -> None:
    mongo_world.facts.save(1, folded(Story("t1")))
    assert told(mongo_world) == 1
    assert told(mongo_world, 2) == 0
    mongo_world.facts.save(2, folded(Story("t2"), Story("t3")))
    mongo_world.facts.announce(2, ["t2", "t3"])
    assert told(mongo_world, 2) == 2


def test_questions_about_two_generations_read_each_of_them_once(mongo_world: World, taken: list[int]) -> None:
    """While a rebuild switches, questions that began before it are still about the old generation."""
    mongo_world.facts.save(1, folded(Story("t1"), Story("t2")))
    mongo_world.facts.save(2, folded(Story("t3")))
    for _ in range(3):
        assert (told(mongo_world, 1), told(mongo_world, 2)) == (2, 1)
    assert taken == [2, 1]


def test_a_replica_gives_back_the_memory_of_old_generations(mongo_world: World, taken: list[int]) -> None:
    mongo_world.facts.save(1, folded(Story("t1"), Story("t2")))
    mongo_world.facts.save(2, folded(Story("t3")))
    assert (told(mongo_world, 1), told(mongo_world, 2)) == (2, 1)
    mongo_world.facts.follow(2)
    assert (told(mongo_world, 1), told(mongo_world, 2)) == (2, 1)
    assert taken == [2, 1, 2]


def test_a_question_waits_until_all_facts_have_been_read(mongo_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "AT_ONCE", 2)
    mongo_world.facts.save(1, folded(*(Story(f"t{n}") for n in range(5))))
    mongo_world.facts.save(2, folded(Story("t9")))
    begun, go_on, take = Event(), Event(), Columns.take

    def slowly(columns: Columns, documents: Sequence[Document]) -> None:
        take(columns, documents)
        begun.set()
        assert len(documents) == 1 or go_on.wait(10)

    monkeypatch.setattr(Columns, "take", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(told, mongo_world)
        assert begun.wait(10)
        second = pool.submit(told, mongo_world)
        with pytest.raises(NotYet):
            second.result(0.3)
        # Another generation is asked meanwhile.
        assert told(mongo_world, 2) == 1
        go_on.set()
        assert (first.result(10), second.result(10)) == (5, 5)


def test_a_start_that_fails_halfway_is_begun_anew(mongo_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "AT_ONCE", 2)
    mongo_world.facts.save(1, folded(*(Story(f"t{n}") for n in range(5))))
    take = Columns.take

    def fail(columns: Columns, documents: Sequence[Document]) -> None:
        take(columns, documents)
        if len(columns.ids) == 4:
            monkeypatch.setattr(Columns, "take", take)
            raise AutoReconnect

    monkeypatch.setattr(Columns, "take", fail)
    with pytest.raises(AutoReconnect):
        told(mongo_world)
    assert told(mongo_world) == 5


def test_answers_stay_right_through_a_rebuild_by_another_replica(
    mongo: Database[Document], mongo_world: World, other: World
) -> None:
    random = Random(3)
    mongo_world.complete_first_rebuild()
    old = [random_story(random, f"old{number}") for number in range(20)]
    new = [random_story(random, f"new{number}") for number in range(20)]
    mongo_world.consume([event for story in old for event in story.events])
    mongo_world.rebuild(ADMIN)
    flow = [*replayed(*old), *(event for story in new for event in story.events)]
    random.shuffle(flow)
    for start in range(0, len(flow), 20):
        mongo_world.consume(flow[start : start + 20])
        assert numbers(other) == numbers(World(MongoFacts(mongo), mongo_world.generations, mongo_world.teams))
    mongo_world.consume([finished(mongo_world, *old)])
    assert mongo_world.advance()
    assert numbers(other) == numbers(World(MongoFacts(mongo), mongo_world.generations, mongo_world.teams))
    assert len(mongo_world.live(*old, *new)) == 40


def numbers(world: World) -> list[str]:
    live = world.generations.read(world.clock.now).live
    edges = [START, START + 200 * HOUR, START + 800 * HOUR]
    return one_by_one(world.facts.tallies(live, ALL, edges, ["team_id", "priority"]))
