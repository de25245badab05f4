from .stories import Story
from .world import PATIENCE, World, sort_keys

SECONDS = PATIENCE.total_seconds()


def with_a_gap(world: World) -> Story:
    world.settled()
    story = Story().update(1, state="open").update(2, state="resolved")
    world.consume([story.events[0], story.events[2]])
    return story


def test_an_old_gap_is_asked_for_and_heals(world: World) -> None:
    story = with_a_gap(world)
    world.clock.forward(SECONDS - 1)
    assert world.ask_for_gaps() == []
    world.clock.forward(1)
    assert world.ask_for_gaps() == ["t1"]
    assert world.bus.asked == [("tickets", ["t1"])]
    world.consume([event.model_copy(update={"replay": True}) for event in story.events])
    assert world.live(story) == sort_keys(story)
    world.clock.forward(100 * SECONDS)
    assert world.ask_for_gaps() == []


def test_replicas_do_not_ask_for_the_same_gap_twice(world: World) -> None:
    with_a_gap(world)
    world.clock.forward(SECONDS)
    assert [world.ask_for_gaps(), world.ask_for_gaps()] == [["t1"], []]


def test_an_answer_that_does_not_come_is_asked_for_again_later(world: World) -> None:
    with_a_gap(world)
    world.clock.forward(SECONDS)
    world.ask_for_gaps()
    world.clock.forward(2 * SECONDS - 1)
    assert world.ask_for_gaps() == []
    world.clock.forward(1)
    assert world.ask_for_gaps() == ["t1"]


def test_gap_timers_sleep_during_a_rebuild(world: World) -> None:
    world.consume(Story().update(1, state="open").events[1:])
    world.clock.forward(10 * SECONDS)
    assert world.ask_for_gaps() == []
    world.settled()
    assert world.ask_for_gaps() == ["t1"]
