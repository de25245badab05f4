"""The service as a process, an owner of the log that answers its replays, and a caller."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event as Stop
from threading import Thread
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import orjson
from amqp.basic_message import Message

from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.outbox import to_row
from trackline_chassis.replay import Replays
from trackline_chassis.settings import ChassisSettings
from trackline_local.ports import free_port
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.events import Event, ReplayRequested
from trackline_schemas.viewer import Viewer


class LogOwner:
    """Stands for tickets: a log, and replays for whoever asks."""

    def __init__(self, settings: ChassisSettings, bus: Bus) -> None:
        log = database(settings, "tickets")
        self.client = log.client
        self._log = log["ticket_events"]
        self._replays = Replays(self._log, log["replays"], bus, "tickets")
        self._stop = Stop()
        self._threads = [
            Thread(target=self._replays.run, args=(self._stop,)),
            Thread(target=self._answer, args=(settings.amqp_url,)),
        ]
        for thread in self._threads:
            thread.start()

    def write(self, events: list[Event]) -> None:
        self._log.insert_many([to_row(event) for event in events])

    def _answer(self, url: str) -> None:
        with connect(url) as connection:
            channel = connection.channel()
            declare_topology(channel)
            while not self._stop.wait(0.05):
                while (message := channel.basic_get("tickets.events", no_ack=True)) is not None:
                    event = Event.model_validate_json(message.body)
                    wanted = ReplayRequested.model_validate(event.data)
                    if wanted.of == "tickets":
                        self._replays.start(wanted.consumer, only=wanted.only, job_id=event.id)

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self.client.close()


class Service:
    def __init__(self, settings: ChassisSettings, folder: Path) -> None:
        self._port = free_port()
        self._log = folder / "analytics.log"
        self._environment = {
            **os.environ,
            "TRACKLINE_AMQP_URL": settings.amqp_url,
            "TRACKLINE_MONGODB_URL": settings.mongodb_url,
            "TRACKLINE_DATABASE_PREFIX": settings.database_prefix,
            "TRACKLINE_GAP_SECONDS": "1",
            "TRACKLINE_HEALTH_PORT": str(self._port),
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "trackline_chassis", "analytics"]
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
    def __init__(self, url: str) -> None:
        self.connection = connect(url)
        self._channel = self.connection.channel()
        self._reply_to = uuid4().hex
        self._queue = self._channel.queue_declare("", exclusive=True).queue
        self._channel.queue_bind(self._queue, "nameko-rpc", self._reply_to)

    def call(self, method: str, viewer: Viewer, **kwargs: Any) -> Any:
        headers = {CONTEXT_HEADER: CallContext(viewer=viewer).model_dump_json()}
        message = Message(
            orjson.dumps({"args": [], "kwargs": kwargs}),
            content_type="application/json",
            reply_to=self._reply_to,
            correlation_id="1",
            application_headers=headers,
        )
        self._channel.basic_publish(message, exchange="nameko-rpc", routing_key=f"analytics.{method}")
        answer = orjson.loads(wait_for(lambda: self._channel.basic_get(self._queue, no_ack=True)).body)
        return answer["error"]["exc_args"][0] if answer["error"] else answer["result"]


def wait_for(condition: Callable[[], Any], seconds: float = 10) -> Any:
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"not within {seconds} s")
