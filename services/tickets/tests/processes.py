"""The service as a process, and callers that speak the wire format of docs/rpc.md."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import orjson
from amqp.basic_message import Message

from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.settings import ChassisSettings
from trackline_local.ports import free_port
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.events import Event
from trackline_schemas.viewer import Viewer

from .world import call


class Service:
    def __init__(self, settings: ChassisSettings, folder: Path) -> None:
        self._port = free_port()
        self._log = folder / "tickets.log"
        self._environment = {
            **os.environ,
            "TRACKLINE_AMQP_URL": settings.amqp_url,
            "TRACKLINE_MONGODB_URL": settings.mongodb_url,
            "TRACKLINE_DATABASE_PREFIX": settings.database_prefix,
            "TRACKLINE_SWEEP_SECONDS": "0.2",
            "TRACKLINE_SWEEP_AGE_SECONDS": "0.5",
            "TRACKLINE_HEALTH_PORT": str(self._port),
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "trackline_chassis", "tickets"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        wait_for(self.ready, 30)

    def ready(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def metrics(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self._port}/metrics").text

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(15)


class Caller:
    """Many calls may be under way at once: `send` each, then take the `answers` in the order of sending."""

    def __init__(self, url: str) -> None:
        self.connection = connect(url)
        self._channel = self.connection.channel()
        declare_topology(self._channel)
        self._reply_to = uuid4().hex
        self._queue = self._channel.queue_declare("", exclusive=True).queue
        self._channel.queue_bind(self._queue, "nameko-rpc", self._reply_to)
        self._sent: list[str] = []
        self._answered: dict[str, Any] = {}

    def send(self, method: str, context: CallContext, **arguments: Any) -> None:
        self._sent.append(uuid4().hex)
        message = Message(
            orjson.dumps({"args": [], "kwargs": arguments}),
            content_type="application/json",
            reply_to=self._reply_to,
            correlation_id=self._sent[-1],
            application_headers={CONTEXT_HEADER: context.model_dump_json()},
        )
        self._channel.basic_publish(message, exchange="nameko-rpc", routing_key=f"tickets.{method}")

    def answers(self) -> list[Any]:
        """Of each call its result, or the code of its error."""
        sent, self._sent = self._sent, []
        wait_for(lambda: self._take() >= set(sent), 20)
        return [self._answered.pop(one) for one in sent]

    def give_up(self) -> None:
        """Waits no longer for what was sent so far."""
        self._sent.clear()

    def call(self, method: str, viewer: Viewer, key: str | None = None, **arguments: Any) -> Any:
        self.send(method, call(viewer, key), **arguments)
        return self.answers()[0]

    def publish(self, event: Event) -> None:
        message = Message(event.model_dump_json(), content_type="application/json", delivery_mode=2)
        self._channel.basic_publish(message, exchange="trackline", routing_key=event.type)

    def events(self, queue: str) -> list[Event]:
        """Takes what is in a consumer's queue."""
        found = []
        while (message := self._channel.basic_get(queue, no_ack=True)) is not None:
            found.append(Event.model_validate_json(message.body))
        return found

    def _take(self) -> set[str]:
        while (message := self._channel.basic_get(self._queue, no_ack=True)) is not None:
            body = orjson.loads(message.body)
            answer = body["error"]["exc_args"][0] if body["error"] else body["result"]
            self._answered[message.properties["correlation_id"]] = answer
        return set(self._answered)


def wait_for(condition: Callable[[], Any], seconds: float = 10) -> Any:
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"not within {seconds} s")
