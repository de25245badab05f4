"""Starts the whole product as child processes, for `make run` and for the integration tests."""

import os
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from trackline_local.packages import SERVICES
from trackline_local.ports import free_port
from trackline_local.program import Program
from trackline_local.steps import Failure


@dataclass(frozen=True)
class Backends:
    """The addresses of the servers. Without SMTP the local mailbox gets all email; without Elasticsearch search
    degrades."""

    amqp_url: str
    mongodb_url: str
    elasticsearch_url: str | None = None
    smtp_url: str | None = None


@dataclass(frozen=True)
class Administrator:
    email: str
    password: str


class System:
    """The services, the gateway and, without an SMTP server, the mailbox.

    `programs` maps names to programs: tickets, notifications, knowledge, analytics, gateway, mailbox. Each keeps its
    ports across restarts. `environment` is added to the environment of all programs. They inherit no variable that
    begins with TRACKLINE_.
    """

    def __init__(
        self,
        backends: Backends,
        state: Path,
        *,
        port: int | None = None,
        health_ports: Mapping[str, int] | None = None,
        administrator: Administrator | None = None,
        secret: str | None = None,
        encryption_key: str | None = None,
        metrics_token: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.backends = backends
        self.state = state.resolve()
        self.port = port or free_port()
        self.administrator = administrator or Administrator("admin@example.org", secrets.token_urlsafe(18))
        self._secret = secret or secrets.token_urlsafe(32)
        self._encryption_key = encryption_key or secrets.token_urlsafe(32)
        self.metrics_token = metrics_token or secrets.token_urlsafe(24)
        self.environment = dict(environment or {})
        self._mailbox_port = None if backends.smtp_url else free_port()
        ports = health_ports or {}
        self.health_ports = {name: ports.get(name) or free_port() for name in SERVICES}
        self.programs = {program.name: program for program in self._programs()}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 60) -> None:
        self.launch()
        self.wait_ready(seconds)

    def launch(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        for program in self.programs.values():
            program.start()

    def wait_ready(self, seconds: float = 60) -> None:
        """Returns when every program is ready. Raises Failure as soon as one has ended."""
        deadline = time.monotonic() + seconds
        waiting = list(self.programs.values())
        while waiting:
            for program in waiting:
                if not program.running or time.monotonic() > deadline:
                    raise Failure(program.why_not_ready())
            waiting = [program for program in waiting if not program.ready()]
            time.sleep(0.05)

    def stop(self) -> None:
        """Sends SIGTERM to all at once, so that they drain at the same time."""
        for program in self.programs.values():
            program.ask_to_stop()
        for program in self.programs.values():
            program.stop()

    def kill(self, name: str) -> None:
        """Sends SIGKILL, as if its machine died."""
        self.programs[name].kill()

    def restart(self, name: str, seconds: float = 60) -> None:
        """Stops the program if it runs, starts it on the same ports, and waits until it is ready."""
        program = self.programs[name]
        program.stop()
        program.start()
        program.wait_ready(seconds)

    def metrics(self, name: str) -> str:
        """Returns the metrics of a service or of the gateway, as Prometheus reads them."""
        port = self.port if name == "gateway" else self.health_ports[name]
        headers = {"Authorization": f"Bearer {self.metrics_token}"}
        return httpx.get(f"http://127.0.0.1:{port}/metrics", headers=headers, timeout=10).raise_for_status().text

    def pid(self, name: str) -> int | None:
        return self.programs[name].pid

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _programs(self) -> list[Program]:
        programs = [
            self._program(
                name,
                ["trackline_chassis", name],
                f"http://127.0.0.1:{port}/readyz",
                {"TRACKLINE_HEALTH_PORT": str(port)},
            )
            for name, port in self.health_ports.items()
        ]
        programs.append(self._program("gateway", ["gateway"], f"{self.url}/readyz", self._gateway()))
        if self._mailbox_port:
            listens = f"tcp://127.0.0.1:{self._mailbox_port}"
            programs.append(self._program("mailbox", ["gateway.mailbox"], listens, {}))
        return programs

    def _program(self, name: str, module: list[str], ready: str, own: Mapping[str, str]) -> Program:
        environment = {**self._common(), **own, **self.environment}
        log = self.state / "logs" / f"{name}.log"
        return Program(name, [sys.executable, "-m", *module], log, environment, self.state, ready)

    def _gateway(self) -> dict[str, str]:
        return {
            "TRACKLINE_PORT": str(self.port),
            "TRACKLINE_ADMIN_EMAIL": self.administrator.email,
            "TRACKLINE_ADMIN_PASSWORD": self.administrator.password,
            "TRACKLINE_SECRET": self._secret,
            "TRACKLINE_METRICS_TOKEN": self.metrics_token,
            "TRACKLINE_DEVELOPMENT": "true",
        }

    def _common(self) -> dict[str, str]:
        smtp_url = self.backends.smtp_url or f"smtp://127.0.0.1:{self._mailbox_port}"
        given = {
            "PYTHONUNBUFFERED": "1",
            "TRACKLINE_STATE": str(self.state),
            "TRACKLINE_PUBLIC_URL": self.url,
            "TRACKLINE_AMQP_URL": self.backends.amqp_url,
            "TRACKLINE_MONGODB_URL": self.backends.mongodb_url,
            "TRACKLINE_ELASTICSEARCH_URL": self.backends.elasticsearch_url,
            "TRACKLINE_SMTP_URL": smtp_url,
            "TRACKLINE_ENCRYPTION_KEYS": self._encryption_key,
            "TRACKLINE_MAILBOX_PORT": str(self._mailbox_port) if self._mailbox_port else None,
        }
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("TRACKLINE_")}
        return inherited | {key: value for key, value in given.items() if value}
