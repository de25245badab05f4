import threading
from functools import partial

import pytest

from knowledge.usecases.failover import Failover
from knowledge.usecases.replay import Replay, learn_teams
from knowledge.usecases.status import Operating
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event
from trackline_schemas.viewer import SYSTEM

from .fake_index import FakeJobs, FakeWriter
from .fakes import FakeTeams
from .samples import ADMIN, AGENT, ALICE, ticket_event
from .upkeep import Upkeep
from .world import World


def operating(world: World, elasticsearch: bool = True) -> Operating:
    jobs, clock = FakeJobs(), world.clock
    upkeep = Upkeep(world.projection, FakeWriter(), jobs, clock)
    failover = Failover(None, world.index, upkeep.breaker)
    replay = Replay(world.projection, jobs, lambda _: True, clock)
    rebuild, reconcile = (upkeep.rebuild, upkeep.reconcile) if elasticsearch else (None, None)
    return Operating(world.projection, failover, jobs, rebuild, reconcile, replay, clock)


def test_status_tells_how_far_the_index_is_behind(stores: World) -> None:
    status = operating(stores).status
    assert (status(AGENT).dirty, status(AGENT).lag_seconds) == (0, 0.0)
    stores.projector.consume([ticket_event("t", 1), ticket_event("u", 1, number="INC-2")])
    stores.clock.forward(90)
    told = status(SYSTEM)
    assert (told.documents, told.dirty, told.lag_seconds, told.degraded) == (2, 2, 90.0, True)


def test_requesters_and_agents_do_not_operate(memory_world: World) -> None:
    app = operating(memory_world)
    with pytest.raises(ServiceError, match="agents"):
        app.status(ALICE)
    for viewer in (ALICE, AGENT):
        context = CallContext(viewer=viewer)
        for ask in (app.rebuild, app.replay, partial(app.reconcile, False)):
            with pytest.raises(ServiceError, match="administrators"):
                ask(context)
    assert app.status(ADMIN).jobs == []


def test_what_is_asked_for_twice_is_begun_once_and_told(memory_world: World) -> None:
    app, context = operating(memory_world), CallContext(viewer=ADMIN)
    begun = app.rebuild(context)
    assert app.rebuild(context) == begun
    assert app.reconcile(True, context) == app.reconcile(True, context)
    with pytest.raises(ServiceError, match="without mending") as caught:
        app.reconcile(False, context)
    assert caught.value.code == "conflict"
    assert [(job.kind, job.phase) for job in app.status(ADMIN).jobs] == [
        ("rebuild", "filling"),
        ("reconcile", "comparing"),
    ]


def test_without_elasticsearch_there_is_no_index_to_rebuild(memory_world: World) -> None:
    app, context = operating(memory_world, elasticsearch=False), CallContext(viewer=ADMIN)
    for ask in (app.rebuild, partial(app.reconcile, False)):
        with pytest.raises(ServiceError, match="TRACKLINE_ELASTICSEARCH_URL"):
            ask(context)
    assert app.replay(context).phase == "forgetting"


@pytest.mark.parametrize("known", [True, False])
def test_a_service_without_teams_asks_for_them(memory_world: World, known: bool) -> None:
    teams, asked, stop = FakeTeams(), [], threading.Event()
    if known:
        teams.changed("network", 1, False)

    def publish(event: Event) -> bool:
        asked.append(event)
        return len(asked) == 2

    thread = threading.Thread(target=learn_teams(teams, publish, memory_world.clock), args=(stop,))
    thread.start()
    thread.join(1.5)
    stop.set()
    thread.join(5)
    assert [event.data["of"] for event in asked] == ([] if known else ["people", "people"])
