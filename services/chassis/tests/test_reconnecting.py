"""Services try to reach RabbitMQ often, however long it is away. kombu by itself waits up to half a minute."""

import threading
from typing import Any

import pytest
from kombu import Connection

from trackline_chassis import consumer
from trackline_chassis.amqp import connect
from trackline_chassis.bus import Bus
from trackline_chassis.consumer import BatchConsumer
from trackline_chassis.ladder import Ladder
from trackline_chassis.rpc import WatchedQueueConsumer

from .conftest import running

NOWHERE = "amqp://guest:guest@127.0.0.1:9/none"
SECONDS = 4


class Enough(Exception):
    pass


class Calls(WatchedQueueConsumer):
    """The consumer of calls, without a service."""

    connection = Connection(NOWHERE)

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.pauses.append(interval)
        if len(self.pauses) == 20:
            raise Enough


def test_the_consumer_of_calls_waits_half_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    calls = Calls()
    with pytest.raises(Enough), calls.establish_connection():
        pass
    assert calls.pauses[0] <= 0.1
    assert max(calls.pauses) <= 0.5


def test_the_consumer_of_events_tries_often(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[str] = []

    def count(url: str, **options: Any) -> Any:
        attempts.append(url)
        return connect(url, **options)

    monkeypatch.setattr(consumer, "connect", count)
    one = BatchConsumer(
        NOWHERE, "analytics.events", lambda _: None, Ladder(Bus(NOWHERE).publisher, ()), lambda _: False
    )
    with running(one.run):
        threading.Event().wait(SECONDS)
    assert 9 <= len(attempts) <= 60
