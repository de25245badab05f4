"""The servers behind `make run`. It uses those whose address is set and starts the others."""

from pathlib import Path
from typing import Any

from trackline_local.servers import Elasticsearch, MongoDB, RabbitMQ, Server, stop_all
from trackline_local.settings import RunSettings
from trackline_local.steps import Failure, say, warn
from trackline_local.system import Backends


class Backing:
    """`known_ports` are the ports of the last start. A server keeps its port unless another program has taken it."""

    def __init__(self, settings: RunSettings, known_ports: dict[str, Any]) -> None:
        self._settings = settings
        self._state = settings.state.resolve()
        self._known_ports = known_ports
        self.servers: list[Server] = []

    def launch(self) -> None:
        if not self._settings.amqp_url:
            self._launch(RabbitMQ)
        if not self._settings.mongodb_url:
            self._launch(MongoDB)
        if not self._settings.elasticsearch_url:
            try:
                self._launch(Elasticsearch)
            except Failure as failure:
                self._without_search(failure)

    def wait_ready(self) -> None:
        for server in list(self.servers):
            try:
                server.wait_ready()
            except Failure as failure:
                if not isinstance(server, Elasticsearch):
                    raise
                server.stop()
                self.servers.remove(server)
                self._without_search(failure)

    def backends(self) -> Backends:
        started = {type(server): server.url for server in self.servers}
        return Backends(
            amqp_url=self._settings.amqp_url or started[RabbitMQ],
            mongodb_url=self._settings.mongodb_url or started[MongoDB],
            elasticsearch_url=self._settings.elasticsearch_url or started.get(Elasticsearch),
            smtp_url=self._settings.smtp_url,
        )

    def stop(self) -> None:
        stop_all(self.servers)

    def ports(self) -> dict[str, int]:
        return {server.name: server.port for server in self.servers}

    def _launch(self, kind: type[Server]) -> None:
        folder = kind.name.lower()
        log: Path = self._state / "logs" / f"{folder}.log"
        server = kind(self._state / folder, self._known_ports.get(kind.name), log)
        server.launch()
        say(folder, f"starting {server.name} on port {server.port}")
        self.servers.append(server)

    def _without_search(self, why: Failure) -> None:
        warn("elasticsearch", f"{why}\nContinuing without it: search uses MongoDB and reports `degraded`.")
