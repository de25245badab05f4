from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo.database import Database

from trackline_schemas.analytics import SummaryQuery
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import REPLAY_FINISHED, Event
from trackline_schemas.viewer import Viewer

from .stories import START, Story, random_story
from .world import PATIENCE, World, fold_in_order

ADMIN = Viewer(id="root", admin=True)
SECONDS = PATIENCE.total_seconds()
DAY = SummaryQuery.model_validate({"from": START, "to": START + timedelta(days=1)})


def replayed(*stories: Story) -> list[Event]:
    return [event.model_copy(update={"replay": True}) for story in stories for event in story.events]


def finished(world: World, *stories: Story, **fields: object) -> Event:
    """The end of a replay that the running rebuild asked for."""
    building = world.generations.read(world.clock.now).building
    assert building is not None
    events = sum(len(story.events) for story in stories)
    data = {"job_id": building.new_ask(), "consumer": "analytics.events", "of": "tickets", "events": events}
    return Event(
        id="j",
        source="/trackline/replay",
        type=REPLAY_FINISHED,
        subject="j",
        time=START,
        recordedat=START,
        sequence=0,
        actor="system",
        data={**data, "subjects": len(stories), **fields},
    )


def test_a_new_store_begins_with_a_rebuild(world: World) -> None:
    world.advance()
    assert world.bus.asked == [("people", None), ("tickets", None)]
    world.consume([finished(world, job_id=world.bus.published[1].id)])
    assert world.advance()
    assert world.generations.read(world.clock.now).building is None


def test_rebuilt_facts_equal_live_ones_while_events_flow(world: World) -> None:
    random = Random(3)
    world.complete_first_rebuild()
    old = [random_story(random, f"old{number}") for number in range(20)]
    world.consume([event for story in old for event in story.events])
    world.rebuild(ADMIN)
    replay = replayed(*old)
    fresh = [random_story(random, f"new{number}") for number in range(10)]
    flow = [*replay, *(event for story in fresh for event in story.events), *random.sample(replay, 30)]
    flow += [story.update(900, priority=1).events[-1] for story in old[:10]]
    random.shuffle(flow)
    for start in range(0, len(flow), 25):
        assert not world.advance()
        world.consume(flow[start : start + 25])
    before = world.live(*old, *fresh)
    world.consume([finished(world, *old, events=len(replay))])
    assert world.advance()
    assert world.live(*old, *fresh) == before == fold_in_order(*old, *fresh)


def test_a_rebuild_repairs_facts_that_went_wrong(world: World) -> None:
    world.complete_first_rebuild()
    story = Story().update(1, state="resolved")
    world.consume(story.events)
    wrong = world.facts.load(2, ["t1"])["t1"]
    wrong.applied, wrong.reopenings = 40, 7
    assert world.facts.save(2, [wrong]) == set()
    world.rebuild(ADMIN)
    world.consume([*replayed(story), finished(world, story)])
    assert world.advance()
    assert world.live(story) == fold_in_order(story)


def test_no_switch_while_an_event_is_missing(world: World) -> None:
    first, last = Story("t1").update(1, state="open"), Story("t2").update(1, state="open")
    for late in (last.events[1], last.events[0]):
        world.rebuild(ADMIN)
        events = replayed(first, last)
        held = [event for event in events if event.id == late.id]
        world.consume([event for event in events if event.id != late.id])
        world.consume([finished(world, first, last)])
        assert not world.advance()
        world.consume(held)
        assert world.advance()


def test_no_switch_while_a_whole_ticket_is_missing(world: World) -> None:
    longer, missing = Story("t1").update(1, state="open"), Story("t2")
    world.consume([*replayed(longer), finished(world, longer, missing, events=2)])
    assert not world.advance()
    world.consume(replayed(missing))
    assert world.advance()


def test_no_switch_while_a_live_event_waits_for_its_predecessor(world: World) -> None:
    story = Story()
    replay = [*replayed(story), finished(world, story)]
    story.update(1, state="open").update(2, state="resolved")
    world.consume([*replay, story.events[2]])
    assert not world.advance()
    world.consume([story.events[1]])
    assert world.advance()


def test_the_end_of_another_replay_is_not_the_end_of_the_rebuild(world: World) -> None:
    story, missing = Story(), Story("t2")
    earlier = finished(world, story)
    world.complete_first_rebuild()
    world.rebuild(ADMIN)
    for other in (earlier, finished(world, story, job_id="a gap's")):
        world.consume([*replayed(story), other])
        assert not world.advance()
    world.consume([*replayed(missing), finished(world, story, missing)])
    assert world.advance()


def test_a_replay_that_does_not_come_is_asked_for_again(world: World) -> None:
    world.advance()
    asked = []
    for _ in range(8):
        world.clock.forward(SECONDS)
        world.advance()
        asked.append(len(world.bus.asked) // 2)
    assert asked == [2, 2, 3, 3, 3, 3, 4, 4]


def test_a_replay_on_its_way_is_left_alone(world: World) -> None:
    stories = [Story(f"t{number}") for number in range(9)]
    world.advance()
    for story in stories:
        world.clock.forward(SECONDS - 1)
        world.consume(replayed(story))
        world.advance()
    assert len(world.bus.asked) == 2


def test_a_second_request_joins_the_running_rebuild(world: World) -> None:
    world.complete_first_rebuild()
    job_id = world.rebuild(ADMIN)
    assert world.rebuild(ADMIN) == job_id
    world.complete_first_rebuild()
    assert world.rebuild(ADMIN) != job_id


def test_facts_of_earlier_rules_are_built_anew(mongo_world: World, mongo: Database[dict[str, Any]]) -> None:
    mongo_world.complete_first_rebuild()
    mongo["generations"].update_one({"_id": "facts"}, {"$unset": {"rules": ""}})
    with pytest.raises(ServiceError, match="built anew"):
        mongo_world.summary(DAY, ADMIN)
    mongo_world.advance()
    assert mongo_world.generations.read(mongo_world.clock.now).building is not None
    mongo_world.complete_first_rebuild()
    mongo_world.advance()
    assert mongo_world.generations.read(mongo_world.clock.now).building is None
    assert mongo_world.summary(DAY, ADMIN).total.created == 0


def test_only_one_replica_switches(world: World) -> None:
    building = world.generations.read(world.clock.now).building
    assert building is not None
    assert world.generations.switch(building, world.clock.now)
    assert not world.generations.switch(building, world.clock.now)


def test_old_facts_stay_for_readers_that_began_with_them_and_go_later(world: World) -> None:
    story = Story()
    world.consume([*replayed(story), finished(world, story)])
    world.advance()
    assert world.facts.load(1, ["t1"])
    world.clock.forward(60)
    world.advance()
    assert not world.facts.load(1, ["t1"])
    assert world.facts.load(2, ["t1"])


@pytest.mark.parametrize("viewer", [Viewer(id="rita"), Viewer(id="anna", teams={"desk": "manage"})])
def test_only_administrators_rebuild(world: World, viewer: Viewer) -> None:
    with pytest.raises(ServiceError) as refused:
        world.rebuild(viewer)
    assert refused.value.code == "forbidden"
