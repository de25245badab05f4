import threading
from collections.abc import Callable

import pytest

from knowledge.usecases.breaker import Breaker
from knowledge.usecases.failover import Failover
from knowledge.usecases.operating import Operating
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event
from trackline_schemas.viewer import SYSTEM

from .fakes import FakeTeams
from .samples import ADMIN, AGENT, ALICE, ticket_event
from .world import World


def operating(world: World, publish: Callable[[Event], bool]) -> Operating:
    failover = Failover(None, world.index, Breaker(world.clock.monotonic))
    return Operating(world.projection, world.teams, failover, publish, world.clock)


def test_status_tells_how_far_the_index_is_behind(stores: World) -> None:
    status = operating(stores, lambda _: True).status
    assert (status(AGENT).dirty, status(AGENT).lag_seconds) == (0, 0.0)
    stores.projector.consume([ticket_event("t", 1), ticket_event("u", 1, number="INC-2")])
    stores.clock.forward(90)
    told = status(SYSTEM)
    assert (told.documents, told.dirty, told.lag_seconds, told.degraded) == (2, 2, 90.0, True)


def test_requesters_and_agents_do_not_operate(stores: World) -> None:
    with pytest.raises(ServiceError, match="agents"):
        operating(stores, lambda _: True).status(ALICE)
    for viewer in (ALICE, AGENT):
        with pytest.raises(ServiceError, match="administrators"):
            operating(stores, lambda _: True).rebuild(CallContext(viewer=viewer))


def test_a_rebuild_that_the_bus_did_not_hear_of_is_to_be_repeated(stores: World) -> None:
    stores.projector.consume([ticket_event("t", 1)])
    with pytest.raises(ServiceError) as caught:
        operating(stores, lambda _: False).rebuild(CallContext(viewer=ADMIN))
    assert caught.value.code == "unavailable"
    asked: list[Event] = []

    def heard(event: Event) -> bool:
        asked.append(event)
        return True

    operating(stores, heard).rebuild(CallContext(viewer=ADMIN, request_id="r"))
    assert [(event.type, event.actor, event.requestid) for event in asked] == [("replay.requested.v1", "root", "r")]


@pytest.mark.parametrize("known", [True, False])
def test_a_service_without_teams_asks_for_them(memory_world: World, known: bool) -> None:
    teams, asked, stop = FakeTeams(), [], threading.Event()
    if known:
        teams.changed("network", 1, False)

    def publish(event: Event) -> bool:
        asked.append(event)
        return len(asked) == 2

    def learn() -> None:
        failover = Failover(None, memory_world.index, Breaker(memory_world.clock.monotonic))
        Operating(memory_world.projection, teams, failover, publish, memory_world.clock).learn_teams(stop)

    thread = threading.Thread(target=learn)
    thread.start()
    thread.join(1.5)
    stop.set()
    thread.join(5)
    assert [event.data["of"] for event in asked] == ([] if known else ["people", "people"])
