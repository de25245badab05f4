"""The service as a process that can be killed and started again, and a caller by the wire format of docs/rpc.md."""

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

from trackline_chassis.amqp import connect
from trackline_chassis.settings import ChassisSettings
from trackline_local.ports import free_port
from trackline_schemas.context import CONTEXT_HEADER, CallContext
from trackline_schemas.viewer import Viewer


class Service:
    def __init__(self, settings: ChassisSettings, smtp_port: int, folder: Path) -> None:
        self._port = free_port()
        self._log = folder / f"{self._port}.log"
        self._environment = {
            **os.environ,
            "TRACKLINE_AMQP_URL": settings.amqp_url,
            "TRACKLINE_MONGODB_URL": settings.mongodb_url,
            "TRACKLINE_DATABASE_PREFIX": settings.database_prefix,
            "TRACKLINE_HEALTH_PORT": str(self._port),
            "TRACKLINE_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "TRACKLINE_MAIL_COLLAPSE_SECONDS": "0.2",
            "TRACKLINE_MAIL_CLAIM_SECONDS": "3",
            "TRACKLINE_MAIL_TIMEOUT_SECONDS": "10",
            "TRACKLINE_MAIL_RETRY_SECONDS": "0.2",
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "trackline_chassis", "notifications"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def wait_until_ready(self) -> None:
        eventually(self._ready, 30)

    def _ready(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def metric(self, name: str) -> float:
        """The value of a metric without labels, or with the labels written out."""
        lines = httpx.get(f"http://127.0.0.1:{self._port}/metrics").text.splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> int:
        if self.process.poll() is None:
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
        """The result, or the error's code."""
        message = Message(
            orjson.dumps({"args": [], "kwargs": kwargs}),
            content_type="application/json",
            reply_to=self._reply_to,
            correlation_id="1",
            application_headers={CONTEXT_HEADER: CallContext(viewer=viewer).model_dump_json()},
        )
        self._channel.basic_publish(message, exchange="nameko-rpc", routing_key=f"notifications.{method}")
        answer = orjson.loads(eventually(lambda: self._channel.basic_get(self._queue, no_ack=True)).body)
        return answer["error"]["exc_args"][0] if answer["error"] else answer["result"]


def eventually(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """The condition's first true value; polls until the deadline."""
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"not within {seconds} s")
