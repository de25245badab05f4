"""The consumer loses no event and counts none twice, whether its handler, its store or its broker fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from prometheus_client import REGISTRY
from pydantic import TypeAdapter

from trackline_chassis.bus import Bus
from trackline_chassis.consumer import BatchConsumer
from trackline_chassis.dead_letters import handle
from trackline_chassis.ladder import Ladder
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing, to_exchange, to_queue
from trackline_schemas.events import Event
from trackline_schemas.topology import ATTEMPT_HEADER, DEAD_LETTERS, REASON_HEADER
from trackline_testing.queues import Queue
from trackline_testing.waiting import wait_for

from .conftest import make_event, running

QUEUE = "analytics.events"


class StoreDown(Exception):
    pass


def is_down(error: Exception) -> bool:
    return isinstance(error, StoreDown)


def is_never_down(error: Exception) -> bool:
    return False


@pytest.fixture
def consuming(settings: ChassisSettings, bus: Bus) -> Callable[..., object]:
    """`consuming(handler)` runs a consumer with that handler while a `with` block runs."""

    @contextmanager
    def run(handler: Callable[[list[Event]], None], every_type: bool = False) -> Iterator[threading.Event]:
        ladder = Ladder(bus.publisher, settings.retry_delays)
        one = BatchConsumer(settings.amqp_url, QUEUE, handler, ladder, is_down, every_type=every_type)
        with running(one.run) as stop:
            wait_for(lambda: one.connected)
            yield stop

    return run


@pytest.mark.parametrize("count", [1, 50])
def test_events_handled_while_the_service_stops_are_acknowledged(
    consuming: Callable[..., object], bus: Bus, count: int
) -> None:
    """Otherwise every deployment would deliver a batch twice and count towards the delivery limit."""
    handled: list[Event] = []
    stops: list[threading.Event] = []

    def stopped_meanwhile(events: list[Event]) -> None:
        wait_for(lambda: stops)
        stops[0].set()
        handled.extend(events)

    assert all(bus.send([to_exchange(make_event("t1", number)) for number in range(1, count + 1)]))
    with consuming(stopped_meanwhile) as stop:  # type: ignore[attr-defined]
        stops.append(stop)
        wait_for(lambda: handled)
    # The broker takes back the messages that were not handled when it notices the end of the connection.
    wait_for(lambda: bus.waiting(QUEUE) == count - len(handled))


def test_a_metric_shows_a_held_batch_until_its_store_is_back(consuming: Callable[..., object], bus: Bus) -> None:
    shown: list[float | None] = []

    def down_twice(events: list[Event]) -> None:
        shown.append(REGISTRY.get_sample_value("trackline_events_held", {"queue": QUEUE}))
        if len(shown) < 3:
            raise StoreDown

    with consuming(down_twice):  # type: ignore[attr-defined]
        bus.send([to_exchange(make_event("t1", 1))])
        wait_for(lambda: len(shown) == 3)
    assert shown[1:] == [1, 1]
    assert REGISTRY.get_sample_value("trackline_events_held", {"queue": QUEUE}) == 0


def test_events_arrive_in_batches_and_are_acked(consuming: Callable[..., object], bus: Bus) -> None:
    batches: list[int] = []
    with consuming(lambda events: batches.append(len(events))):  # type: ignore[attr-defined]
        assert all(bus.send([to_exchange(make_event("t1", number)) for number in range(1, 251)]))
        wait_for(lambda: sum(batches) == 250)
    assert max(batches) <= 100
    assert len(batches) < 50
    assert bus.waiting(QUEUE) == 0


def skipped(type_: str) -> float:
    labels = {"reader": QUEUE, "type": type_}
    return REGISTRY.get_sample_value("trackline_events_skipped_total", labels) or 0


@pytest.mark.parametrize("every_type", [False, True])
@pytest.mark.parametrize("type_", ["ticket.sla.v1", "ticket.updated.v2", "team.merged.v1"])
def test_a_type_that_is_not_handled_is_counted_and_acked(
    consuming: Callable[..., object], bus: Bus, type_: str, every_type: bool
) -> None:
    seen: list[str] = []
    before = skipped(type_)
    with consuming(lambda events: seen.extend(event.id for event in events), every_type):  # type: ignore[attr-defined]
        unknown = [make_event("t1", number, type_) for number in (2, 4)]
        known = [make_event("t1", number) for number in (1, 3, 5)]
        assert all(bus.send([to_exchange(event) for event in sorted([*unknown, *known], key=lambda one: one.id)]))
        wait_for(lambda: "t1:00000005" in seen)
        wait_for(lambda: skipped(type_) == before + 2)
    assert [int(id_[-1]) for id_ in sorted(seen)] == ([1, 2, 3, 4, 5] if every_type else [1, 3, 5])
    wait_for(lambda: bus.waiting(QUEUE) == 0)
    assert bus.waiting(DEAD_LETTERS) == 0


def test_a_batch_with_nothing_to_handle_is_acknowledged(consuming: Callable[..., object], bus: Bus) -> None:
    before = skipped("ticket.sla.v1")
    seen: list[Event] = []
    with consuming(seen.extend):  # type: ignore[attr-defined]
        assert all(bus.send([to_exchange(make_event("t1", number, "ticket.sla.v1")) for number in range(1, 31)]))
        wait_for(lambda: skipped("ticket.sla.v1") == before + 30)
    assert seen == []
    wait_for(lambda: bus.waiting(QUEUE) == 0)


def test_poison_is_retried_and_then_a_dead_letter_with_its_reason(
    consuming: Callable[..., object], bus: Bus, settings: ChassisSettings, queue: Callable[[str], Queue]
) -> None:
    attempts: list[float] = []
    handled: set[str] = set()

    def handler(events: list[Event]) -> None:
        for event in events:
            if event.subject == "poison":
                if len(events) == 1:
                    attempts.append(monotonic())
                raise RuntimeError("cannot digest")
            handled.add(event.subject)

    with consuming(handler):  # type: ignore[attr-defined]
        bus.send([to_exchange(make_event(subject, 1)) for subject in ("a", "poison", "b")])
        wait_for(lambda: bus.waiting(DEAD_LETTERS) == 1)
    assert handled == {"a", "b"}
    assert len(attempts) == 4
    assert attempts[3] - attempts[2] > settings.retry_delays[2]
    (dead,) = queue(DEAD_LETTERS).take()
    assert "cannot digest" in dead.headers[REASON_HEADER]


def test_broken_message_is_dead_at_once(
    consuming: Callable[..., object], bus: Bus, queue: Callable[[str], Queue]
) -> None:
    seen: list[Event] = []
    with consuming(seen.extend):  # type: ignore[attr-defined]
        bus.send([Outgoing("", QUEUE, b"{not json"), Outgoing("", QUEUE, b'{"id": "only"}')])
        bus.send([to_queue(make_event("a", 1), QUEUE)])
        wait_for(lambda: bus.waiting(DEAD_LETTERS) == 2)
        wait_for(lambda: seen)
    assert all(ATTEMPT_HEADER not in message.headers for message in queue(DEAD_LETTERS).take())


def test_broken_data_is_dead_without_retry(consuming: Callable[..., object], bus: Bus) -> None:
    calls: list[int] = []

    def handler(events: list[Event]) -> None:
        calls.append(len(events))
        TypeAdapter(int).validate_python(events[0].data["number"])

    with consuming(handler):  # type: ignore[attr-defined]
        bus.send([to_exchange(make_event("a", 1, number="many"))])
        wait_for(lambda: bus.waiting(DEAD_LETTERS) == 1)
    assert calls == [1]


@pytest.mark.parametrize(
    "known",
    [
        True,
        pytest.param(
            False,
            marks=pytest.mark.xfail(strict=True, reason="an outage that counts as a failure"),
        ),
    ],
)
def test_store_outage_costs_no_attempt(known: bool, settings: ChassisSettings, bus: Bus) -> None:
    """The outage is longer than all retry delays together, which are a minute in production."""
    # Without the mechanism the events become dead letters, which may take long on a busy machine.
    outage_ends = monotonic() + (2 * sum(settings.retry_delays) + 3 if known else 1000)
    handled: list[str] = []

    def handler(events: list[Event]) -> None:
        if monotonic() < outage_ends:
            raise StoreDown
        handled.extend(event.subject for event in events)

    ladder = Ladder(bus.publisher, settings.retry_delays)
    one = BatchConsumer(settings.amqp_url, QUEUE, handler, ladder, is_down if known else is_never_down)
    with running(one.run):
        bus.send([to_exchange(make_event(f"t{number}", 1)) for number in range(3)])
        wait_for(lambda: len(handled) == 3 or bus.waiting(DEAD_LETTERS), seconds=40)
    assert sorted(handled) == sorted(f"t{number}" for number in range(3))
    assert bus.waiting(DEAD_LETTERS) == 0


def test_consumer_killed_before_its_ack_gets_the_batch_again(settings: ChassisSettings, bus: Bus) -> None:
    class Killed(BaseException):
        pass

    seen: list[str] = []

    def handler(events: list[Event]) -> None:
        seen.extend(event.id for event in events)
        if len(seen) <= 5:
            raise Killed

    ladder = Ladder(bus.publisher, settings.retry_delays)
    bus.send([to_exchange(make_event("t1", number)) for number in range(1, 6)])
    first = BatchConsumer(settings.amqp_url, QUEUE, handler, ladder, is_never_down)
    with pytest.raises(Killed):
        first.run(threading.Event())
    second = BatchConsumer(settings.amqp_url, QUEUE, handler, ladder, is_never_down)
    with running(second.run):
        wait_for(lambda: len(seen) == 10)
    assert set(seen[5:]) == set(seen[:5])


def test_a_stop_during_an_outage_returns_the_batch_to_the_queue(settings: ChassisSettings, bus: Bus) -> None:
    def handler(_: list[Event]) -> None:
        raise StoreDown

    ladder = Ladder(bus.publisher, settings.retry_delays)
    one = BatchConsumer(settings.amqp_url, QUEUE, handler, ladder, is_down)
    with running(one.run):
        bus.send([to_exchange(make_event("t1", 1))])
        wait_for(lambda: one.connected and bus.waiting(QUEUE) == 0)
    wait_for(lambda: bus.waiting(QUEUE) == 1)
    assert bus.waiting(DEAD_LETTERS) == 0


def test_dead_letters_are_listed_replayed_and_dropped(settings: ChassisSettings, bus: Bus) -> None:
    ladder = Ladder(bus.publisher, settings.retry_delays)
    for number in (1, 2, 3):
        ladder.bury(QUEUE, to_queue(make_event("t1", number), QUEUE).body, f"reason {number}")
    assert [one.reason for one in handle(settings.amqp_url, "list")] == ["reason 1", "reason 2", "reason 3"]
    handle(settings.amqp_url, "replay", event_id="t1:00000002")
    wait_for(lambda: bus.waiting(QUEUE) == 1)
    handle(settings.amqp_url, "drop", event_id="t1:00000001")
    wait_for(lambda: bus.waiting(DEAD_LETTERS) == 1)
    (left,) = handle(settings.amqp_url, "list", queue=QUEUE)
    assert left.id == "t1:00000003"
