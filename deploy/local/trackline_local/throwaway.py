"""Servers for one test run: free ports, a folder of their own, gone afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from trackline_local.servers import Elasticsearch, MongoDB, RabbitMQ, Server, start_all
from trackline_local.steps import need_space, say


@contextmanager
def throwaway_servers() -> Iterator[dict[str, str]]:
    """Yields the TRACKLINE_TEST_… environment of three servers that run while the block does."""
    folder = Path(tempfile.mkdtemp(prefix="trackline-test-"))
    need_space(folder, 1000, "The test servers")
    rabbitmq = RabbitMQ(folder / "rabbitmq")
    mongodb = MongoDB(folder / "mongodb", cache_gigabytes=0.25)
    elasticsearch = Elasticsearch(folder / "elasticsearch")
    servers: list[Server] = [rabbitmq, mongodb, elasticsearch]
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
        # nothing of their data is kept, so nothing need be written out
        for server in servers:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def run_with_servers(commands: Mapping[str, Sequence[str]]) -> int:
    """Runs all of them, named for the messages, one after the other beside the same throw-away servers.

    Returns the first exit code that is not 0; 128 + the signal when one ended it.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with throwaway_servers() as environment:
            codes = [_run(name, command, environment) for name, command in commands.items()]
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return next((code for code in codes if code), 0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(name: str, command: Sequence[str], environment: dict[str, str]) -> int:
    say("running", name)
    began = time.monotonic()
    child = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", *command], env={**os.environ, **environment})
    try:
        code = child.wait()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    say("ended", f"{name} after {time.monotonic() - began:.0f} s with code {code}")
    return code if code >= 0 else 128 - code
