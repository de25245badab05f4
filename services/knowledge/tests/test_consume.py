"""A batch of events of several types."""

from datetime import datetime

from knowledge.usecases.consume import HANDLERS
from trackline_schemas.events.registry import KNOWLEDGE, handled_by

from .samples import replay_finished, team_event, ticket_event
from .world import World


def test_the_end_of_a_replay_is_handled_after_the_tickets_of_its_batch(memory_world: World) -> None:
    stays, goes = ticket_event("stays", 1, number="INC-1"), ticket_event("goes", 1, number="INC-2")
    memory_world.consume([stays, goes])
    memory_world.documents.forget_tickets("", 10)
    dirty_stubs, awaited = memory_world.documents.dirty_stubs, list[int]()

    def counted(now: datetime) -> None:
        awaited.append(memory_world.documents.awaited())
        dirty_stubs(now)

    memory_world.documents.dirty_stubs = counted  # type: ignore[method-assign]
    memory_world.consume([replay_finished(), stays.model_copy(update={"replay": True}), team_event("new", 1, False)])
    assert awaited == [1]
    states = memory_world.documents.states_of(["ticket:stays", "ticket:goes"])
    assert {key: state.there for key, state in states.items()} == {"ticket:stays": True, "ticket:goes": False}
    assert memory_world.teams.confidential()["new"] is False


def test_the_registry_names_the_types_that_are_handled() -> None:
    assert HANDLERS.keys() == handled_by(KNOWLEDGE)
