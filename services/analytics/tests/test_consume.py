from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError

from analytics.domain.fact import Fact
from analytics.usecases.consume import HANDLERS
from trackline_schemas.events import TEAM_CHANGED, Event
from trackline_schemas.events.registry import ANALYTICS, handled_by

from .stories import START, Story, random_story
from .world import World, fold_in_order


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("trackline_analytics_events_total", {"outcome": outcome}) or 0


def team_changed(team_id: str, sequence: int, *, confidential: bool) -> Event:
    return Event(
        id=f"{team_id}:{sequence}",
        source="/trackline/people",
        type=TEAM_CHANGED,
        subject=team_id,
        time=START,
        recordedat=START,
        sequence=sequence,
        actor="root",
        data={"id": team_id, "name": team_id, "confidential": confidential},
    )


def batches(events: list[Event], size: int) -> list[list[Event]]:
    return [events[start : start + size] for start in range(0, len(events), size)]


def test_shuffled_batches_with_duplicates_give_the_same_facts(world: World) -> None:
    random = Random(1)
    stories = [random_story(random, f"t{number}") for number in range(40)]
    events = [event for story in stories for event in story.events]
    events += random.sample(events, 50)
    random.shuffle(events)
    for batch in batches(events, 37):
        world.consume(batch)
    assert world.live(*stories) == fold_in_order(*stories)


def test_two_replicas_on_one_queue_lose_nothing(mongo_world: World) -> None:
    random = Random(2)
    stories = [random_story(random, f"t{number}") for number in range(8)]
    events = [event for story in stories for event in story.events] * 2
    random.shuffle(events)
    other = replace(mongo_world)
    consumers = [mongo_world.consume, other.consume]
    with ThreadPoolExecutor(2) as threads:
        lists = [batches(events[number::2], 9) for number in range(2)]
        for done in [threads.submit(list, map(consumers[n], lists[n])) for n in range(2)]:
            done.result()
    assert mongo_world.live(*stories) == fold_in_order(*stories)


def test_a_write_that_lost_a_race_is_repeated_on_the_newer_fact(world: World) -> None:
    story = Story().update(1, state="open").update(2, state="resolved")
    load, raced = world.facts.load, iter([True])

    def load_and_let_the_other_write(generation: int, ids: Iterable[str]) -> dict[str, Fact]:
        facts = load(generation, ids)
        if next(raced, False):
            world.consume(story.events[1:])
        return facts

    world.facts.load = load_and_let_the_other_write  # type: ignore[method-assign]
    world.consume(story.events[:1])
    assert world.live(story) == fold_in_order(story)


@pytest.mark.parametrize("late", [0, 1, 3])
def test_late_events_of_a_purged_ticket_do_not_count(world: World, late: int) -> None:
    story = Story().update(1, state="open").reply(2).update(3, state="resolved").purged(4)
    world.consume(story.events[:late])
    world.consume(story.events[-1:])
    world.consume(story.events)
    fact = world.live(story)[story.id]
    assert (fact.ticket, fact.spans, fact.applied, fact.known, fact.ask_at) == ({}, [], 5, 5, None)


def test_outcomes_are_counted(world: World) -> None:
    story = Story().update(1, state="open").unknown(2).update(3, state="resolved")
    before = {name: counted(name) for name in ("applied", "duplicate", "parked")}
    world.consume([story.events[0], story.events[0], story.events[3], story.events[3]])
    world.consume(story.events[1:3])
    assert {name: counted(name) - before[name] for name in before} == {"applied": 3, "duplicate": 2, "parked": 1}


def test_a_broken_event_stops_its_batch_before_anything_is_written(world: World) -> None:
    story = Story()
    broken = Story("t2").events[0].model_copy(update={"data": {"ticket": {"id": "t2"}}})
    with pytest.raises(ValidationError):
        world.consume([*story.events, broken])
    assert world.live(story) == {}


def test_teams_follow_the_newest_event_only(world: World) -> None:
    world.consume([team_changed("hr", 2, confidential=True), team_changed("desk", 1, confidential=False)])
    world.consume([team_changed("hr", 1, confidential=False)])
    assert world.teams.confidential() == {"hr": True, "desk": False}


def test_other_event_types_are_ignored(world: World) -> None:
    world.consume([Story().events[0].model_copy(update={"type": "weather.changed.v1"})])
    assert world.live(Story()) == {}


def test_the_registry_names_the_types_that_are_handled() -> None:
    assert HANDLERS.keys() == handled_by(ANALYTICS)
