"""Calls to a real service process over a real broker: their answers, and what happens to abandoned calls."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from amqp.basic_message import Message

from trackline_chassis.bus import Bus
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import to_exchange
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.traceparent import trace_id
from trackline_schemas.viewer import Viewer
from trackline_testing.backends import own_backends
from trackline_testing.caller import Caller
from trackline_testing.service import Service
from trackline_testing.waiting import wait_for

from .conftest import make_event

ALICE = Viewer(id="u1")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Toy(Service):
    def __init__(self, settings: ChassisSettings, folder: Path) -> None:
        self._file = folder / "toy.txt"
        self.forget()
        # The folder comes before the existing path, because `make prove` runs this with a copy of the packages.
        path = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
        super().__init__("toyservice", settings, folder, TOY_FILE=str(self._file), PYTHONPATH=path)

    def forget(self) -> None:
        self._file.write_text("")

    def lines(self) -> list[str]:
        return self._file.read_text().split("\n")[:-1]


@pytest.fixture(scope="module")
def settings() -> Iterator[ChassisSettings]:
    with own_backends() as found:
        yield found


@pytest.fixture(scope="module")
def toy(settings: ChassisSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    one = Toy(settings, tmp_path_factory.mktemp("toy"))
    yield one
    one.kill()


@pytest.fixture
def service(toy: Toy) -> Toy:
    """Restarts the service only if the test before has ended it, because starting takes most of the time of a test."""
    toy.forget()
    if not toy.running:
        toy.start_and_wait()
    return toy


@pytest.fixture
def caller(service: Toy, settings: ChassisSettings) -> Iterator[Caller]:
    with closing(Caller(settings.amqp_url, "toy")) as one:
        yield one


def error(caller: Caller, method: str, **arguments: Any) -> Any:
    """Returns [code, message, detail]."""
    return caller.reply(caller.send(method, CallContext(viewer=ALICE), **arguments))["error"]["exc_args"]


def find_log_lines(service: Toy, event: str) -> list[dict[str, Any]]:
    """Returns the log lines with this text."""
    lines = [orjson.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def waiting(caller: Caller) -> int:
    return int(caller.channel.queue_declare("rpc-toy", passive=True).message_count)


def test_answers_and_errors_cross_the_wire(caller: Caller) -> None:
    assert caller.call("echo", ALICE, command={"name": "Network"}, version=7) == {
        "id": "u1", "name": "Network", "team_id": None, "active": True, "version": 7, "updated_at": None,
        "updated_by_id": None,
    }  # fmt: skip
    assert caller.call("refuse", ALICE) == "not_found"
    invalid = error(caller, "echo", command={"name": "Network", "colour": "red"})
    assert invalid[0] == "invalid"
    assert invalid[2]["errors"][0]["pointer"] == "/colour"
    assert caller.call("echo", ALICE) == "malformed"
    assert caller.call("unknown", ALICE) == "malformed"


def test_the_cause_of_an_unexpected_error_stays_inside_the_service(caller: Caller) -> None:
    told = error(caller, "fail")
    assert told[0] == "internal"
    assert "secret" not in orjson.dumps(told).decode()


def test_a_caller_knows_whether_a_write_may_have_been_done(caller: Caller) -> None:
    assert error(caller, "lose", sent=True)[0] == "outcome_unknown"
    assert error(caller, "lose", sent=False)[0] == "unavailable"


def test_log_lines_name_the_request_that_caused_them(caller: Caller, service: Toy, settings: ChassisSettings) -> None:
    for number in "12":
        caller.reply(caller.send("fail", CallContext(request_id=f"call-{number}", traceparent=TRACE)))
    event = make_event("t1", 1).model_copy(update={"actor": "nobody", "requestid": "event-1", "traceparent": TRACE})
    with closing(Bus(settings.amqp_url)) as bus:
        bus.publish(event)
        wait_for(lambda: len(find_log_lines(service, "an event could not be handled")) > 0)
    failed = find_log_lines(service, "a call failed")[-2:]  # earlier tests have logged failures, too
    assert [one["request_id"] for one in failed] == ["call-1", "call-2"]
    assert {one["trace_id"] for one in failed} == {trace_id(TRACE)}
    assert {one["service"] for one in failed} == {"toyservice"}
    tried = find_log_lines(service, "an event could not be handled")[0]
    assert (tried["request_id"], tried["trace_id"]) == ("event-1", trace_id(TRACE))
    assert "request_id" not in find_log_lines(service, "starting the service")[0]


def test_call_past_its_deadline_is_dropped(caller: Caller, service: Toy) -> None:
    gone = CallContext(viewer=ALICE, deadline=time.time() - 1)
    caller.send("slow", gone, seconds=0, line="late")
    caller.call("slow", ALICE, seconds=0, line="in time")
    assert service.lines() == ["begin in time", "end in time"]


MALFORMED: list[tuple[str, bytes, dict[str, Any]]] = [
    ("no context", b'{"args": [], "kwargs": {}}', {}),
    ("{}", b'{"args": []}', {}),
    ("{}", b'{"args": [], "kwargs": 5}', {}),
    ("{}", b"[1]", {}),
    ("{}", b'"text"', {}),
    ("{}", b"no json", {}),
    ("{}", b'{"args": [], "kwargs": {}}', {"content_type": "application/x-unknown"}),
    ("{}", b'{"args": [], "kwargs": {}}', {"reply_to": None}),
]


def test_a_malformed_message_does_not_stop_a_service(caller: Caller, service: Toy) -> None:
    """Without an ack RabbitMQ would deliver it again for ever, to each replica in turn."""
    for header, body, properties in MALFORMED:
        given = {"content_type": "application/json", "reply_to": caller.reply_to, "correlation_id": "x", **properties}
        sent = {name: value for name, value in given.items() if value is not None}
        message = Message(body, application_headers={CONTEXT_HEADER: header}, **sent)
        caller.channel.basic_publish(message, exchange="nameko-rpc", routing_key="toy.refuse")
    caller.send("slow", CallContext(), seconds=0, line="after")
    wait_for(lambda: service.lines() == ["begin after", "end after"])
    service.stop()
    assert service.exit_code == 0
    assert waiting(caller) == 0


def test_worker_killed_in_a_call_runs_it_again(caller: Caller, service: Toy) -> None:
    """RabbitMQ redelivers the call. Command ids make a repeated write harmless."""
    caller.send("slow", CallContext(), seconds=30, line="first")
    wait_for(lambda: service.lines() == ["begin first"])
    service.kill()
    service.start_and_wait()
    wait_for(lambda: service.lines() == ["begin first", "begin first"])
    service.kill()
    wait_for(lambda: caller.channel.queue_purge("rpc-toy") == 1)


def test_sigterm_lets_the_call_in_flight_finish(caller: Caller, service: Toy) -> None:
    call = caller.send("slow", CallContext(), seconds=1, line="slow")
    wait_for(lambda: service.lines() == ["begin slow"])
    service.stop()
    assert service.exit_code == 0
    assert caller.answer(call) == "slow"
    assert service.lines() == ["begin slow", "end slow"]
    assert waiting(caller) == 0, "a call that is left in the queue would run again"


def test_a_second_sigterm_does_not_disturb_the_shutdown(caller: Caller, service: Toy) -> None:
    """Some supervisors send SIGTERM twice. Once, the second signal started a second stop, and the service hung."""
    caller.send("slow", CallContext(), seconds=1, line="slow")
    wait_for(lambda: service.lines() == ["begin slow"])

    def ended_when_asked_again() -> bool:
        service.send(signal.SIGTERM)
        return not service.running

    wait_for(ended_when_asked_again, 15)
    assert service.exit_code == 0
    assert service.lines() == ["begin slow", "end slow"]


def test_busy_workers_do_not_delay_health_or_events(caller: Caller, service: Toy, bus: Bus) -> None:
    for number in range(30):
        caller.send("slow", CallContext(), seconds=60, line=str(number))
    wait_for(lambda: len(service.lines()) >= 20)
    assert httpx.get(f"{service.address}/livez").status_code == 200
    assert "trackline_rpc_seconds" in service.metrics()
    bus.send([to_exchange(make_event("t1", 1))])
    wait_for(lambda: "t1:00000001" in service.lines())
    assert not any(line.startswith("end") for line in service.lines())
    service.kill()
