from .stories import Story
from .world import PATIENCE, World, fold_in_order

SECONDS = PATIENCE.total_seconds()


def with_a_gap(world: World) -> Story:
    world.complete_first_rebuild()
    story = Story().update(1, state="open").update(2, state="resolved")
    world.consume([story.events[0], story.events[2]])
    return story


def test_a_replay_closes_an_old_gap(world: World) -> None:
    story = with_a_gap(world)
    world.clock.forward(SECONDS - 1)
    assert world.ask_for_gaps() == []
    world.clock.forward(1)
    assert world.ask_for_gaps() == ["t1"]
    assert world.bus.asked == [("tickets", ["t1"])]
    world.consume([event.model_copy(update={"replay": True}) for event in story.events])
    assert world.live(story) == fold_in_order(story)
    world.clock.forward(100 * SECONDS)
    assert world.ask_for_gaps() == []


def test_replicas_do_not_ask_for_the_same_gap_twice(world: World) -> None:
    with_a_gap(world)
    world.clock.forward(SECONDS)
    assert [world.ask_for_gaps(), world.ask_for_gaps()] == [["t1"], []]


def test_a_request_without_an_answer_is_repeated_later(world: World) -> None:
    with_a_gap(world)
    world.clock.forward(SECONDS)
    world.ask_for_gaps()
    world.clock.forward(2 * SECONDS - 1)
    assert world.ask_for_gaps() == []
    world.clock.forward(1)
    assert world.ask_for_gaps() == ["t1"]


def test_gaps_are_not_requested_during_a_rebuild(world: World) -> None:
    world.consume(Story().update(1, state="open").events[1:])
    world.clock.forward(10 * SECONDS)
    assert world.ask_for_gaps() == []
    world.complete_first_rebuild()
    assert world.ask_for_gaps() == ["t1"]
