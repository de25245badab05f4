"""Servers for one test run, on free ports and in a temporary folder that is removed afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from trackline_local.servers import Elasticsearch, MongoDB, RabbitMQ, start_all
from trackline_local.steps import need_space, say


@contextmanager
def throwaway_servers(*, measured: bool = False) -> Iterator[dict[str, str]]:
    """Yields the TRACKLINE_TEST_… environment of three servers that run until the block ends. If they are `measured`,
    they run as in `make run`."""
    folder = Path(tempfile.mkdtemp(prefix="trackline-test-"))
    need_space(folder, 1000, "The test servers")
    servers = rabbitmq, mongodb, elasticsearch = servers_in(folder, measured=measured)
    try:
        say("servers", f"starting throw-away RabbitMQ, MongoDB and Elasticsearch in {folder}")
        start_all(servers)
        yield {
            "TRACKLINE_TEST_AMQP_URL": rabbitmq.url,
            "TRACKLINE_TEST_AMQP_MANAGEMENT_URL": rabbitmq.management_url,
            "TRACKLINE_TEST_MONGODB_URL": mongodb.url,
            "TRACKLINE_TEST_ELASTICSEARCH_URL": elasticsearch.url,
        }
    finally:
        # their data is removed, so they need not write it to the disk first
        for server in servers:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def servers_in(folder: Path, *, measured: bool) -> tuple[RabbitMQ, MongoDB, Elasticsearch]:
    rabbitmq = RabbitMQ(folder / "rabbitmq")
    if measured:
        return rabbitmq, MongoDB(folder / "mongodb"), Elasticsearch(folder / "elasticsearch")
    mongodb = MongoDB(folder / "mongodb", cache_gigabytes=0.25)
    return rabbitmq, mongodb, Elasticsearch(folder / "elasticsearch", brief_heap=512)


def run_with_servers(commands: Mapping[str, Sequence[str]], lanes: int = 1, *, measured: bool = False) -> int:
    """Runs the commands (name → command) in their order, `lanes` of them at the same time, with the same throw-away
    servers. With several lanes the output of a command is shown when it has ended.

    Returns the first exit code that is not 0, or 0. A signal counts as 128 + its number.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with throwaway_servers(measured=measured) as environment, ThreadPoolExecutor(lanes) as pool:
            waiting = deque(commands.items())
            running = [Lane(waiting, environment, lanes > 1) for _ in range(lanes)]
            try:
                codes = [code for run in [pool.submit(lane.run) for lane in running] for code in run.result()]
            finally:
                for lane in running:
                    lane.stop()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return next((code for code in codes if code), 0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Lane:
    """Runs one command after the other from `waiting`, which several lanes may share."""

    def __init__(
        self, waiting: deque[tuple[str, Sequence[str]]], environment: dict[str, str], hold_output: bool
    ) -> None:
        self._waiting = waiting
        self._environment = {**os.environ, **environment}
        self._out = subprocess.PIPE if hold_output else None
        self._errors = subprocess.STDOUT if hold_output else None
        self._stopped = False
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> list[int]:
        return [self._one(*command) for command in iter(self._next, None)]

    @property
    def busy(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        self._stopped = True
        if self._child is not None and self.busy:
            self._child.terminate()

    def _next(self) -> tuple[str, Sequence[str]] | None:
        with suppress(IndexError):
            return None if self._stopped else self._waiting.popleft()
        return None

    def _one(self, name: str, command: Sequence[str]) -> int:
        say("running", name)
        began = time.monotonic()
        bound = ["setpriv", "--pdeathsig", "TERM", "--", *command]
        self._child = child = subprocess.Popen(bound, env=self._environment, stdout=self._out, stderr=self._errors)
        output, _ = child.communicate()
        if output:
            sys.stdout.write(output.decode(errors="replace"))
        say("ended", f"{name} after {time.monotonic() - began:.0f} s with code {child.returncode}")
        return child.returncode if child.returncode >= 0 else 128 - child.returncode
