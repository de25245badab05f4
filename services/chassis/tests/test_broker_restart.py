"""Restarts of the broker: publishers and consumers reconnect by themselves, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from trackline_chassis.bus import Bus
from trackline_chassis.consumer import BatchConsumer
from trackline_chassis.ladder import Ladder
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.settings import ChassisSettings
from trackline_local.servers import RabbitMQ
from trackline_schemas.events import Event
from trackline_testing.waiting import wait_for

from .conftest import make_event, running
from .test_rpc import Toy

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    one = RabbitMQ(tmp_path_factory.mktemp("broker") / "rabbitmq")
    one.start()
    yield one
    one.kill()


@pytest.fixture
def broker(server: RabbitMQ) -> RabbitMQ:
    """A running broker, even if the test before has stopped it."""
    server.start()
    return server


def test_events_saved_while_the_broker_is_away_arrive(
    broker: RabbitMQ, settings: ChassisSettings, db: Database[Document]
) -> None:
    bus = Bus(broker.url)
    outbox = Outbox(db.things, db.thing_events, bus, settings)
    handled: set[str] = set()

    def handler(events: list[Event]) -> None:
        handled.update(event.id for event in events)

    consumer = BatchConsumer(broker.url, "analytics.events", handler, Ladder(bus.publisher, (1,)), lambda error: False)
    with running(outbox.run, consumer.run):
        outbox.insert({"_id": "before"}, [make_event("before", 1)])
        wait_for(lambda: "before:00000001" in handled)
        broker.kill()
        outbox.insert({"_id": "meanwhile"}, [make_event("meanwhile", 1)])
        broker.start()
        outbox.insert({"_id": "after"}, [make_event("after", 1)])
        wait_for(lambda: len(handled) == 3, seconds=30)
        wait_for(lambda: db.things.count_documents({"pending_at": {"$exists": True}}) == 0)
    bus.close()


def test_sigterm_without_a_broker_ends_the_service(broker: RabbitMQ, tmp_path: Path) -> None:
    """Draining needs the broker and would wait for ever."""
    service = Toy(ChassisSettings(amqp_url=broker.url), tmp_path)
    service.start_and_wait()
    broker.kill()
    service.stop()
    assert service.exit_code == 0
