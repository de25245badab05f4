"""The system that is watched, with servers of its own, and people who use it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx
from conftest import running_system
from harness.api import Api
from harness.prometheus import Prometheus
from harness.servers import Servers, own_servers
from harness.truth import Truth

from trackline_local.system import System

# Passwords cost what they cost in production, since one alert is about too many of them at once. The proxy is for
# requests that come from many addresses. In an hour of load, one requester writes more than a person may.
SETTINGS = {
    "TRACKLINE_ARGON2_TIME_COST": "2",
    "TRACKLINE_ARGON2_MEMORY_KIB": "65536",
    "TRACKLINE_TRUSTED_PROXIES": "127.0.0.1",
    "TRACKLINE_RPC_TIMEOUT_SECONDS": "6",
    "TRACKLINE_WRITES_PER_HOUR": "100000",
}


@dataclass(frozen=True)
class World:
    servers: Servers
    system: System
    truth: Truth
    admin: Api
    agent: Api
    requester: Api

    def heal(self) -> None:
        """Starts everything that was stopped, and lets go on what was frozen."""
        for server in self.servers.all:
            server.resume()
        self.servers.revive()
        for program in self.system.programs.values():
            program.resume()
            program.start()
        self.system.wait_ready(120)


@dataclass(frozen=True)
class Scene(World):
    """The world while one Prometheus watches it."""

    prometheus: Prometheus


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    with ExitStack() as stack:
        servers = stack.enter_context(own_servers())
        system = stack.enter_context(running_system(folder, servers.backends, **SETTINGS))
        truth = stack.enter_context(closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])))
        account = system.administrator
        admin = stack.enter_context(Api.sign_in(system.url, account.email, account.password))
        admin.wait_for_starter_pack()
        agent = stack.enter_context(admin.new_person("Alice Agent", {admin.team("Service Desk"): "reply"}))
        requester = stack.enter_context(admin.new_person("Bob Requester"))
        yield World(servers, system, truth, admin, agent, requester)


@contextmanager
def repeating(action: Callable[[], object], *, threads: int = 1, pause: float = 0.2) -> Iterator[None]:
    """Repeats the action beside the block, whatever its requests are answered."""
    stop = Event()

    def repeat() -> None:
        while not stop.wait(pause):
            with suppress(httpx.HTTPError, AssertionError):
                action()

    workers = [Thread(target=repeat, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        for worker in workers:
            worker.join(60)
