"""The system with two of everything, on servers of its own, and the people who use it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from conftest import running_system
from harness.api import Api
from harness.live import Listener
from harness.replicas import second_of_each
from harness.servers import Servers, own_servers
from harness.truth import Truth

from storm.sink import Sink
from trackline_local.program import Program
from trackline_local.servers import Server
from trackline_local.system import System

REQUESTERS, AGENTS = 6, 4
# Nobody is refused because of a quota.
SETTINGS = {"TRACKLINE_WRITES_PER_HOUR": "1000000", "TRACKLINE_UPLOADS_PER_HOUR": "1000000"}


@dataclass(frozen=True)
class Person:
    """`key` is an API key, because an access token could expire while nobody can sign in."""

    id: str
    email: str
    password: str
    key: str


@dataclass(frozen=True)
class World:
    """`urls` are the two gateways. `died` are the names of the processes that ended without having been killed."""

    servers: Servers
    system: System
    programs: Mapping[str, Program]
    urls: tuple[str, str]
    sink: Sink
    truth: Truth
    team_id: str
    administrator: Person
    requesters: list[Person]
    agents: list[Person]
    listeners: list[Listener]
    died: list[str] = field(default_factory=list)

    @property
    def victims(self) -> Mapping[str, Program | Server]:
        return {**self.programs, **{server.name: server for server in self.servers.all}}

    def revive(self) -> None:
        """Starts what has ended by itself, as a supervisor would."""
        for name, victim in self.victims.items():
            if not victim.running:
                self.died.append(name)
                victim.start()

    def sign_in(self) -> Api:
        return Api.sign_in(self.urls[0], self.administrator.email, self.administrator.password)


@contextmanager
def open_world(folder: Path, chance: Random) -> Iterator[World]:
    with ExitStack() as stack:
        sink = stack.enter_context(closing(Sink(chance)))
        servers = stack.enter_context(own_servers())
        backends = replace(servers.backends, smtp_url=sink.url)
        system = stack.enter_context(running_system(folder, backends, **SETTINGS))
        second = stack.enter_context(second_of_each(system))
        programs = {**system.programs, **{f"{name}-2": program for name, program in second.programs.items()}}
        truth = stack.enter_context(closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])))
        account = system.administrator
        admin = stack.enter_context(Api.sign_in(system.url, account.email, account.password))
        admin.wait_for_starter_pack()
        urls, team_id = (system.url, second.url), admin.team("Service Desk")
        requesters = [_hire(admin, f"Requester{number} Storm") for number in range(REQUESTERS)]
        agents = [_hire(admin, f"Agent{number} Storm", {team_id: "reply"}) for number in range(AGENTS)]
        listeners = [
            stack.enter_context(Listener(stack.enter_context(Api(url, who.key))))
            for who in (requesters[0], agents[0])
            for url in urls
        ]
        boss = Person(admin.me["id"], account.email, account.password, _key(admin, admin.me["id"], "admin"))
        yield World(servers, system, programs, urls, sink, truth, team_id, boss, requesters, agents, listeners)


def _hire(admin: Api, name: str, teams: Mapping[str, str] | None = None) -> Person:
    with admin.new_person(name, teams) as api:
        return Person(api.me["id"], api.me["email"], api.password, _key(admin, api.me["id"], "write"))


def _key(admin: Api, user_id: str, scope: str) -> str:
    return str(admin.post("/api-keys", {"name": "storm", "scope": scope, "user_id": user_id})["key"])
