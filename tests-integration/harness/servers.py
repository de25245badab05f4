"""RabbitMQ, MongoDB and Elasticsearch that belong to one test, which may stop, kill and restart them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trackline_local.servers import Elasticsearch, MongoDB, RabbitMQ, Server, start_all
from trackline_local.system import Backends

KINDS: tuple[type[Server], ...] = (RabbitMQ, MongoDB, Elasticsearch)


@dataclass(frozen=True)
class Servers:
    rabbitmq: RabbitMQ
    mongodb: MongoDB
    elasticsearch: Elasticsearch

    @property
    def all(self) -> list[Server]:
        return [self.rabbitmq, self.mongodb, self.elasticsearch]

    @property
    def backends(self) -> Backends:
        return Backends(self.rabbitmq.url, self.mongodb.url, self.elasticsearch.url)

    def revive(self) -> None:
        """Starts the servers that do not run."""
        for server in self.all:
            server.launch()
        for server in self.all:
            server.wait_ready()


@contextmanager
def own_servers() -> Iterator[Servers]:
    # Erlang and MongoDB limit the length of paths, and those of pytest are nearly too long.
    folder = Path(tempfile.mkdtemp(prefix="trackline-it-"))
    servers = Servers(
        RabbitMQ(folder / "rabbitmq"),
        MongoDB(folder / "mongodb", cache_gigabytes=0.25),
        Elasticsearch(folder / "elasticsearch", brief_heap=384),
    )
    try:
        start_all(servers.all)
        yield servers
    finally:
        for server in servers.all:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
