"""A whole service process over a real broker: what a caller gets, and what happens to a call nobody waits for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from amqp.basic_message import Message

from trackline_chassis.amqp import connect
from trackline_chassis.bus import Bus
from trackline_chassis.publisher import to_exchange
from trackline_chassis.settings import ChassisSettings
from trackline_local.ports import free_port
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.viewer import Viewer

from .conftest import make_event, wait_for


class Service:
    """The toy service as a process that can be killed and started again."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = free_port()
        self.file = folder / "toy.txt"
        self.file.touch()
        paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
        own = {"TRACKLINE_AMQP_URL": url, "TRACKLINE_HEALTH_PORT": str(self.port), "TOY_FILE": str(self.file)}
        self.environment = {**os.environ, "PYTHONPATH": paths, **own}
        self.log = (folder / "toy.log").open("ab")

    def start(self) -> None:
        command = [sys.executable, "-m", "trackline_chassis", "toyservice"]
        self.process = subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log)
        wait_for(self.ready, 20)

    def ready(self) -> bool:
        assert self.process.poll() is None, Path(self.log.name).read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def end(self, signal_: signal.Signals) -> int:
        self.process.send_signal(signal_)
        return self.process.wait(15)

    def lines(self) -> list[str]:
        return self.file.read_text().split("\n")[:-1]


class Caller:
    """A caller with a reply queue, by the wire format of docs/rpc.md."""

    def __init__(self, url: str) -> None:
        self.connection = connect(url)
        self.channel = self.connection.channel()
        self.reply_to = uuid4().hex
        self.queue = self.channel.queue_declare("", exclusive=True).queue
        self.channel.queue_bind(self.queue, "nameko-rpc", self.reply_to)

    def send(self, method: str, context: CallContext, **kwargs: Any) -> str:
        correlation = uuid4().hex
        headers = {CONTEXT_HEADER: context.model_dump_json()}
        properties = {"reply_to": self.reply_to, "correlation_id": correlation, "application_headers": headers}
        body = orjson.dumps({"args": [], "kwargs": kwargs})
        message = Message(body, content_type="application/json", **properties)
        self.channel.basic_publish(message, exchange="nameko-rpc", routing_key=f"toy.{method}")
        return correlation

    def reply(self) -> Any:
        message = wait_for(lambda: self.channel.basic_get(self.queue, no_ack=True))
        return orjson.loads(message.body)

    def call(self, method: str, context: CallContext | None = None, **kwargs: Any) -> Any:
        self.send(method, context or CallContext(viewer=Viewer(id="u1")), **kwargs)
        return self.reply()


@pytest.fixture
def service(settings: ChassisSettings, tmp_path: Path) -> Iterator[Service]:
    one = Service(settings.amqp_url, tmp_path)
    one.start()
    yield one
    if one.process.poll() is None:
        one.end(signal.SIGTERM)
    one.log.close()


@pytest.fixture
def caller(service: Service, settings: ChassisSettings) -> Iterator[Caller]:
    one = Caller(settings.amqp_url)
    yield one
    one.connection.close()


def test_answers_and_errors_cross_the_wire(caller: Caller) -> None:
    assert caller.call("echo", command={"name": "Network"}, version=7)["result"] == {
        "id": "u1", "name": "Network", "team_id": None, "active": True, "version": 7
    }  # fmt: skip
    assert caller.call("refuse")["error"]["exc_args"][0] == "not_found"
    invalid = caller.call("echo", command={"name": "Network", "colour": "red"})["error"]["exc_args"]
    assert invalid[0] == "invalid"
    assert invalid[2]["errors"][0]["pointer"] == "/colour"
    assert caller.call("echo")["error"]["exc_args"][0] == "malformed"
    assert caller.call("unknown")["error"]["exc_args"][0] == "malformed"


NO_CALLS: list[tuple[str, bytes, dict[str, Any]]] = [
    ("no context", b'{"args": [], "kwargs": {}}', {}),
    ("{}", b'{"args": []}', {}),
    ("{}", b'{"args": [], "kwargs": 5}', {}),
    ("{}", b"[1]", {}),
    ("{}", b'"text"', {}),
    ("{}", b"no json", {}),
    ("{}", b'{"args": [], "kwargs": {}}', {"content_type": "application/x-unknown"}),
    ("{}", b'{"args": [], "kwargs": {}}', {"reply_to": None}),
]


def test_a_message_that_is_no_call_stops_nobody(caller: Caller, service: Service) -> None:
    """Not acked, it would come again at once and for ever, to each replica in turn."""
    for header, body, properties in NO_CALLS:
        given = {"content_type": "application/json", "reply_to": caller.reply_to, "correlation_id": "x", **properties}
        sent = {name: value for name, value in given.items() if value is not None}
        message = Message(body, application_headers={CONTEXT_HEADER: header}, **sent)
        caller.channel.basic_publish(message, exchange="nameko-rpc", routing_key="toy.refuse")
    caller.send("slow", CallContext(), seconds=0, line="after")
    wait_for(lambda: service.lines() == ["begin after", "end after"])
    assert service.end(signal.SIGTERM) == 0
    assert caller.channel.queue_declare("rpc-toy", passive=True).message_count == 0


def test_unexpected_error_tells_the_caller_nothing_of_its_cause(caller: Caller) -> None:
    error = caller.call("fail")["error"]
    assert error["exc_args"][0] == "internal"
    assert "secret" not in orjson.dumps(error).decode()


def test_call_past_its_deadline_is_dropped(caller: Caller, service: Service) -> None:
    gone = CallContext(viewer=Viewer(id="u1"), deadline=time.time() - 1)
    caller.send("slow", gone, seconds=0, line="late")
    caller.call("slow", seconds=0, line="in time")
    assert service.lines() == ["begin in time", "end in time"]


def test_worker_killed_in_a_call_runs_it_again(caller: Caller, service: Service) -> None:
    """RabbitMQ redelivers: hence the command ids that make a repeated write harmless."""
    caller.send("slow", CallContext(), seconds=30, line="first")
    wait_for(lambda: service.lines() == ["begin first"])
    service.end(signal.SIGKILL)
    service.start()
    wait_for(lambda: service.lines() == ["begin first", "begin first"])
    service.end(signal.SIGKILL)


def test_sigterm_lets_the_call_in_flight_finish(caller: Caller, service: Service) -> None:
    caller.send("slow", CallContext(), seconds=1, line="slow")
    wait_for(lambda: service.lines() == ["begin slow"])
    assert service.end(signal.SIGTERM) == 0
    assert caller.reply()["result"] == "slow"
    assert service.lines() == ["begin slow", "end slow"]


def test_impatience_does_not_stop_the_stop(caller: Caller, service: Service) -> None:
    """Supervisors that ask all to stop and then each again did hang it: the second SIGTERM began a second stop."""
    caller.send("slow", CallContext(), seconds=1, line="slow")
    wait_for(lambda: service.lines() == ["begin slow"])

    def ended_when_asked_again() -> bool:
        service.process.send_signal(signal.SIGTERM)
        return service.process.poll() is not None

    wait_for(ended_when_asked_again, 15)
    assert service.process.returncode == 0
    assert service.lines() == ["begin slow", "end slow"]


def test_busy_workers_do_not_delay_health_or_events(caller: Caller, service: Service, bus: Bus) -> None:
    for number in range(30):
        caller.send("slow", CallContext(), seconds=3, line=str(number))
    wait_for(lambda: len(service.lines()) >= 20)
    asked = time.monotonic()
    assert httpx.get(f"http://127.0.0.1:{service.port}/livez").status_code == 200
    assert "trackline_rpc_seconds" in httpx.get(f"http://127.0.0.1:{service.port}/metrics").text
    bus.send([to_exchange(make_event("t1", 1))])
    wait_for(lambda: "t1:00000001" in service.lines())
    assert time.monotonic() - asked < 2
    assert not any(line.startswith("end") for line in service.lines())
    service.end(signal.SIGKILL)
