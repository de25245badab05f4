"""Neither lost connections nor looks use up the deliveries that RabbitMQ allows a message."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from trackline_chassis import consumer
from trackline_chassis.amqp import connect
from trackline_chassis.bus import Bus
from trackline_chassis.consumer import BatchConsumer
from trackline_chassis.dead_letters import handle
from trackline_chassis.ladder import Ladder
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import to_queue
from trackline_core.renewal import COUNT_HEADER, RENEWED_AT
from trackline_schemas.events import Event
from trackline_schemas.topology import ATTEMPT_HEADER, DEAD_LETTERS, DELIVERY_LIMIT
from trackline_testing.policies import queue_policy
from trackline_testing.queues import Queue
from trackline_testing.waiting import wait_for

from .conftest import make_event, running

QUEUE = "analytics.events"
FLAPS = DELIVERY_LIMIT + 5


class StoreDown(Exception):
    pass


class Killed(BaseException):
    pass


class Line:
    """The connections of the consumers, which it can cut."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._last: Any = None
        monkeypatch.setattr(consumer, "connect", self._connect)

    def cut(self) -> int:
        """Returns 0 if the connection is lost already and its consumer has not noticed yet."""
        try:
            self._last.connection.transport.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            return 0
        return 1

    def _connect(self, url: str, **options: Any) -> Any:
        self._last = connect(url, **options)
        return self._last


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


def consume(
    settings: ChassisSettings, bus: Bus, handler: Callable[[list[Event]], None], down: bool = True
) -> BatchConsumer:
    ladder = Ladder(bus.publisher, settings.retry_delays)
    return BatchConsumer(settings.amqp_url, QUEUE, handler, ladder, lambda error: isinstance(error, StoreDown) and down)


def send(bus: Bus, count: int) -> set[str]:
    sent = [make_event(f"t{number}", 1) for number in range(count)]
    assert all(bus.send([to_queue(event, QUEUE) for event in sent]))
    return {event.id for event in sent}


@pytest.mark.parametrize("count", [1, 3, 150])
def test_a_flapping_connection_makes_no_dead_letter_while_the_store_is_down(
    count: int, line: Line, settings: ChassisSettings, bus: Bus
) -> None:
    held, handled = threading.Event(), set[str]()
    store_is_down = True

    def handler(events: list[Event]) -> None:
        if store_is_down:
            held.set()
            raise StoreDown
        handled.update(event.id for event in events)

    sent = send(bus, count)
    with running(consume(settings, bus, handler).run):
        cuts = 0
        while cuts < FLAPS:
            held.clear()
            assert held.wait(10)
            cuts += line.cut()
        store_is_down = False
        wait_for(lambda: handled == sent, seconds=30)
        wait_for(lambda: bus.waiting(QUEUE) == 0)
    assert bus.waiting(DEAD_LETTERS) == 0


def test_a_process_that_is_killed_again_and_again_makes_no_dead_letter(
    line: Line, settings: ChassisSettings, bus: Bus
) -> None:
    handled: set[str] = set()

    def die(events: list[Event]) -> None:
        raise Killed

    sent = send(bus, 3)
    for _ in range(FLAPS):
        with pytest.raises(Killed):
            consume(settings, bus, die).run(threading.Event())
    with running(consume(settings, bus, lambda events: handled.update(event.id for event in events)).run):
        wait_for(lambda: handled == sent)
    assert bus.waiting(DEAD_LETTERS) == 0


def test_the_attempts_of_an_event_survive_its_renewal(line: Line, settings: ChassisSettings, bus: Bus) -> None:
    """An event that cannot be handled still becomes a dead letter by our own count."""
    held, failed = threading.Event(), list[str]()
    store_is_down = True

    def handler(events: list[Event]) -> None:
        if store_is_down:
            held.set()
            raise StoreDown
        failed.append(events[0].id)
        raise RuntimeError("cannot digest")

    body = to_queue(make_event("poison", 1), QUEUE).body
    Ladder(bus.publisher, settings.retry_delays).retry(QUEUE, body, {ATTEMPT_HEADER: 1}, "first")
    with running(consume(settings, bus, handler).run):
        cuts = 0
        while cuts < RENEWED_AT + 2:
            held.clear()
            assert held.wait(10)
            cuts += line.cut()
        store_is_down = False
        wait_for(lambda: bus.waiting(DEAD_LETTERS) == 1, seconds=20)
    assert len(failed) == 2


def test_a_message_that_cannot_be_renewed_keeps_its_place(
    line: Line, settings: ChassisSettings, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ack covers every earlier message, so a message that stays behind would be lost."""
    handled: list[str] = []

    def die(events: list[Event]) -> None:
        raise Killed

    sent = send(bus, 150)
    for _ in range(RENEWED_AT):
        with pytest.raises(Killed):
            consume(settings, bus, die).run(threading.Event())
    nowhere = Bus("amqp://guest:guest@127.0.0.1:9/none")
    with running(consume(settings, nowhere, lambda events: handled.extend(event.id for event in events)).run):
        wait_for(lambda: len(handled) == 150)
    assert set(handled) == sent
    assert bus.waiting(QUEUE) == 0


@pytest.fixture
def limited(settings: ChassisSettings) -> Iterator[None]:
    """The queue of the dead letters has the limit of RabbitMQ 4."""
    with queue_policy(settings.amqp_url, DEAD_LETTERS, delivery_limit=DELIVERY_LIMIT):
        yield


@pytest.mark.parametrize("looks", [FLAPS, 3 * DELIVERY_LIMIT])
def test_looking_at_dead_letters_keeps_them(
    looks: int, limited: None, settings: ChassisSettings, bus: Bus, queue: Callable[[str], Queue]
) -> None:
    ladder = Ladder(bus.publisher, settings.retry_delays)
    for number in (1, 2, 3):
        ladder.bury(QUEUE, to_queue(make_event("t1", number), QUEUE).body, f"reason {number}")
    for _ in range(looks):
        letters = handle(settings.amqp_url, "list")
        assert sorted((one.id, one.reason, one.queue) for one in letters) == [
            (f"t1:0000000{number}", f"reason {number}", QUEUE) for number in (1, 2, 3)
        ]
    (dead, *_) = queue(DEAD_LETTERS).take()
    assert 0 < int(dead.properties["expiration"]) <= 30 * 86_400_000


def test_without_renewal_the_limit_destroys_what_is_looked_at(
    limited: None, settings: ChassisSettings, bus: Bus
) -> None:
    """Shows that the limit of the other tests is in force."""
    Ladder(bus.publisher, ()).bury(QUEUE, b"{}", "reason")
    for look in range(DELIVERY_LIMIT + 1):
        with connect(settings.amqp_url) as connection:
            message = connection.channel().basic_get(DEAD_LETTERS)
            assert message.headers.get(COUNT_HEADER, 0) == look
    wait_for(lambda: bus.waiting(DEAD_LETTERS) == 0)
    with connect(settings.amqp_url) as connection:
        assert connection.channel().basic_get(DEAD_LETTERS) is None
