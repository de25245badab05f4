import threading
from dataclasses import replace
from functools import partial

import pytest

from knowledge.bootstrap import learn_teams
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.failover import Failover
from knowledge.usecases.ports import Ports
from knowledge.usecases.rebuild import rebuild
from knowledge.usecases.reconcile import reconcile
from knowledge.usecases.replay import replay
from knowledge.usecases.status import status
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event
from trackline_schemas.viewer import SYSTEM

from .fake_index import FakeWriter
from .fakes import FakeTeams
from .samples import ADMIN, AGENT, ALICE, team, ticket_event
from .world import World


def operated(world: World, elasticsearch: bool = True) -> Ports:
    failover = Failover(None, world.index, Breaker(world.clock.monotonic))
    return replace(world.ports, search=failover, index=FakeWriter() if elasticsearch else None)


def test_status_shows_how_far_the_index_is_behind(stores: World) -> None:
    ports = operated(stores)
    before = status(ports, AGENT)
    assert (before.dirty, before.lag_seconds) == (0, 0.0)
    stores.consume([ticket_event("t", 1), ticket_event("u", 1, number="INC-2")])
    stores.clock.forward(90)
    told = status(ports, SYSTEM)
    assert (told.documents, told.dirty, told.lag_seconds, told.degraded) == (2, 2, 90.0, True)


def test_only_administrators_start_jobs(memory_world: World) -> None:
    ports = operated(memory_world)
    with pytest.raises(ServiceError, match="agents"):
        status(ports, ALICE)
    for viewer in (ALICE, AGENT):
        context = CallContext(viewer=viewer)
        for ask in (rebuild, replay, partial(reconcile, dry_run=False)):
            with pytest.raises(ServiceError, match="administrators"):
                ask(ports, context=context)
    assert status(ports, ADMIN).jobs == []


def test_a_job_that_is_requested_twice_begins_once(memory_world: World) -> None:
    ports, context = operated(memory_world), CallContext(viewer=ADMIN)
    begun = rebuild(ports, context)
    assert rebuild(ports, context) == begun
    assert reconcile(ports, True, context) == reconcile(ports, True, context)
    with pytest.raises(ServiceError, match="comparison_only_reports") as caught:
        reconcile(ports, False, context)
    assert caught.value.code == "conflict"
    assert [(job.kind, job.phase) for job in status(ports, ADMIN).jobs] == [
        ("rebuild", "filling"),
        ("reconcile", "comparing"),
    ]


def test_without_elasticsearch_there_is_no_index_to_rebuild(memory_world: World) -> None:
    ports, context = operated(memory_world, elasticsearch=False), CallContext(viewer=ADMIN)
    for ask in (rebuild, partial(reconcile, dry_run=False)):
        with pytest.raises(ServiceError, match="TRACKLINE_ELASTICSEARCH_URL"):
            ask(ports, context=context)
    assert replay(ports, context).phase == "forgetting"


@pytest.mark.parametrize("known", [True, False])
def test_a_service_asks_for_teams_while_it_knows_none(memory_world: World, known: bool) -> None:
    teams, stop = FakeTeams(), threading.Event()
    asked: list[Event] = []
    if known:
        teams.apply(team("network", False), 1)

    def publish(event: Event) -> bool:
        asked.append(event)
        return len(asked) == 2

    ports = replace(memory_world.ports, teams=teams, publish=publish)
    thread = threading.Thread(target=learn_teams, args=(ports, stop))
    thread.start()
    thread.join(1.5)
    stop.set()
    thread.join(5)
    assert [event.data["of"] for event in asked] == ([] if known else ["people", "people"])
