"""The service as a process, a caller of its RPC methods, and an owner of the log that answers its replays."""

import os
import signal
import subprocess
import sys
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
from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested
from trackline_schemas.viewer import Viewer


class Service:
    def __init__(self, settings: ChassisSettings, elasticsearch_url: str, folder: Path) -> None:
        self._port = free_port()
        self._log = folder / f"knowledge-{self._port}.log"
        self._environment = {
            **os.environ,
            "TRACKLINE_AMQP_URL": settings.amqp_url,
            "TRACKLINE_MONGODB_URL": settings.mongodb_url,
            "TRACKLINE_DATABASE_PREFIX": settings.database_prefix,
            "TRACKLINE_ELASTICSEARCH_URL": elasticsearch_url,
            "TRACKLINE_INDEX_PREFIX": settings.database_prefix,
            "TRACKLINE_HEALTH_PORT": str(self._port),
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "trackline_chassis", "knowledge"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

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

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(15)


class Caller:
    def __init__(self, url: str) -> None:
        self.connection = connect(url)
        self._channel = self.connection.channel()
        self._reply_to = uuid4().hex
        self._queue = self._channel.queue_declare("", exclusive=True).queue
        self._channel.queue_bind(self._queue, "nameko-rpc", self._reply_to)

    def call(self, method: str, viewer: Viewer, **kwargs: Any) -> Any:
        """The result, or the code of the error."""
        message = Message(
            orjson.dumps({"args": [], "kwargs": kwargs}),
            content_type="application/json",
            reply_to=self._reply_to,
            correlation_id="1",
            application_headers={CONTEXT_HEADER: CallContext(viewer=viewer).model_dump_json()},
        )
        self._channel.basic_publish(message, exchange="nameko-rpc", routing_key=f"knowledge.{method}")
        answer = orjson.loads(eventually(lambda: self._channel.basic_get(self._queue, no_ack=True)).body)
        return answer["error"]["exc_args"][0] if answer["error"] else answer["result"]


class LogOwner:
    """Stands for tickets: a log, and replays for whoever asks."""

    def __init__(self, settings: ChassisSettings, bus: Bus, events: list[Event]) -> None:
        log = database(settings, "tickets")
        self.client = log.client
        log["ticket_events"].insert_many([to_row(event) for event in events])
        self._replays = Replays(log["ticket_events"], log["replays"], bus, "tickets")
        self._stop = Stop()
        self._threads = [
            Thread(target=self._replays.run, args=(self._stop,)),
            Thread(target=self._answer, args=(settings.amqp_url,)),
        ]
        for thread in self._threads:
            thread.start()

    def _answer(self, url: str) -> None:
        with connect(url) as connection:
            channel = connection.channel()
            declare_topology(channel)
            while not self._stop.wait(0.05):
                while (message := channel.basic_get("tickets.events", no_ack=True)) is not None:
                    self._asked(Event.model_validate_json(message.body))

    def _asked(self, event: Event) -> None:
        if event.type != REPLAY_REQUESTED:
            return
        wanted = ReplayRequested.model_validate(event.data)
        if wanted.of == "tickets":
            self._replays.start(wanted.consumer, only=wanted.only)

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self.client.close()


def eventually(condition: Any, seconds: float = 15) -> Any:
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"not within {seconds} s")
