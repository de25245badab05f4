"""Each server and each service is stopped for a while: the answers in the meantime, and the data afterwards.

The tests start their own servers.
"""

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from conftest import running_system
from harness.agreement import assert_agreement
from harness.api import Api, wait_for
from harness.live import Listener
from harness.servers import Servers, own_servers
from harness.truth import Truth
from harness.writers import PROBLEM, Writers

from trackline_local.system import System
from trackline_testing.amounts import amount

OUTAGE_SECONDS = amount("OUTAGE_SECONDS", short=15, long=60)
# Shorter than the default, so that calls to a paused service end soon, but longer than a service needs to notice that
# its store is not reachable.
RPC_SECONDS = 6
# The longest time for a refusal while a store is down: drivers try for 3 s, the rest is for a busy machine.
PROMPT_SECONDS = 8.0

pytestmark = pytest.mark.timeout(180 + OUTAGE_SECONDS)


@dataclass
class World:
    servers: Servers
    system: System
    truth: Truth
    admin: Api
    agent: Api
    people: list[Api]

    def agrees(self, acknowledged: dict[str, str]) -> None:
        assert_agreement(self.truth, self.admin, self.system.backends.amqp_url, acknowledged)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("outages")
    quick = {"TRACKLINE_RPC_TIMEOUT_SECONDS": str(RPC_SECONDS)}
    with own_servers() as servers, running_system(folder, servers.backends, **quick) as system:
        admin = Api.sign_in(system.url, system.administrator.email, system.administrator.password)
        admin.wait_for_starter_pack()
        agent = admin.new_person("Alice Agent", {admin.team("Service Desk"): "reply"})
        people = [admin.new_person(f"Requester{number} Weather") for number in range(3)]
        truth = Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])
        yield World(servers, system, truth, admin, agent, people)
        truth.close()
        for api in (admin, agent, *people):
            api.http.close()


@pytest.fixture
def world(once: World) -> World:
    """The world with all servers and programs running, whatever the test before has stopped."""
    once.servers.revive()
    for program in once.system.programs.values():
        program.resume()
        program.start()
    once.system.wait_ready()
    return once


def test_mongodb_away(world: World) -> None:
    mongodb = world.servers.mongodb
    with Writers(world.people) as writers:
        mongodb.stop()
        gone = time.monotonic()
        wait_for(lambda: time.monotonic() > gone + OUTAGE_SECONDS, OUTAGE_SECONDS + 5)
        back = time.monotonic()
        mongodb.start()
        writers.next_success(60)
    # Requests that began shortly before the end may have reached the database that is back.
    assert writers.statuses(gone, back - PROMPT_SECONDS).keys() == {503}
    assert writers.statuses().keys() == {201, 503}
    _refused_promptly(writers)
    world.agrees(writers.acknowledged)


def test_the_log_of_the_service_names_the_request_that_failed(world: World) -> None:
    (requester, *_) = world.people
    world.servers.mongodb.pause()
    failed = requester.http.get("/tickets")
    world.servers.mongodb.resume()
    assert failed.status_code in (503, 504)
    wait_for(lambda: failed.headers["X-Request-Id"] in _ids_in_the_log(world.system, "tickets"))


def test_rabbitmq_restarts_under_load(world: World) -> None:
    pids = {name: world.system.pid(name) for name in world.system.programs}
    with Listener(world.agent) as listener:
        with Writers(world.people) as writers:
            gone = time.monotonic()
            world.servers.rabbitmq.restart()
            writers.next_success(60)
            world.system.wait_ready(60)
            assert writers.statuses(since=gone)[503] > 0
            wait_for(lambda: len(listener.visits) >= 2)
        acknowledged = set(writers.acknowledged.values())
        wait_for(lambda: {ticket for ticket, _ in listener.pairs} >= acknowledged)
    assert writers.statuses().keys() == {201, 503}
    _refused_promptly(writers)
    assert {name: world.system.pid(name) for name in world.system.programs} == pids
    world.agrees(writers.acknowledged)


def test_calls_to_a_stopped_service_fail_at_once(world: World) -> None:
    (requester, *_) = world.people
    world.system.programs["tickets"].stop()
    # For a second after the last answer the gateway assumes that the service is running.
    wait_for(lambda: requester.http.get("/tickets").status_code == 503)
    refused = _create(requester, "Refused while stopped")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["content-type"] == PROBLEM
    assert refused.elapsed.total_seconds() < RPC_SECONDS / 2
    world.system.restart("tickets")
    requester.new_ticket("Opened afterwards")
    assert _count_by_title(world.truth, "Refused while stopped") == 0


def test_a_call_that_timed_out_does_not_run_later(world: World) -> None:
    (requester, *_) = world.people
    tickets = world.system.programs["tickets"]
    expired = _expired(world.system)
    tickets.pause()
    late = _create(requester, "Too late for whoever wakes up")
    assert (late.status_code, late.json()["code"]) == (504, "timeout")
    assert RPC_SECONDS <= late.elapsed.total_seconds() < 2 * RPC_SECONDS
    tickets.resume()
    wait_for(lambda: _expired(world.system) > expired)
    # RabbitMQ redelivers the calls of a killed process to the next one.
    tickets.pause()
    assert _create(requester, "Too late for the next one").status_code == 504
    tickets.kill()
    world.system.restart("tickets")
    requester.new_ticket("Opened in time")
    assert _count_by_title(world.truth, "Too late for whoever wakes up") == 0
    assert _count_by_title(world.truth, "Too late for the next one") == 0


def test_elasticsearch_away(world: World) -> None:
    (requester, *_) = world.people
    before = requester.new_ticket("The ocarina before the outage")["number"]
    wait_for(lambda: _found(requester, "ocarina") == ({before}, False))
    world.servers.elasticsearch.stop()
    wait_for(lambda: _found(requester, "ocarina") == ({before}, True))
    meanwhile = requester.new_ticket("The ocarina of the outage")["number"]
    wait_for(lambda: _found(requester, "ocarina") == ({before, meanwhile}, True))
    world.servers.elasticsearch.start()
    wait_for(lambda: _found(requester, "ocarina") == ({before, meanwhile}, False), 60)


def test_index_deleted(world: World) -> None:
    (requester, *_) = world.people
    number = requester.new_ticket("An accordion that stays found")["number"]
    wait_for(lambda: _found(requester, "accordion") == ({number}, False))
    address = f"{world.servers.elasticsearch.url}/_alias/{world.system.environment['TRACKLINE_INDEX_PREFIX']}-search"
    old = {name: _uuid(world, name) for name in httpx.get(address).raise_for_status().json()}
    for name in old:
        httpx.delete(f"{world.servers.elasticsearch.url}/{name}").raise_for_status()
    # MongoDB answers until the new index is filled.
    assert _found(requester, "accordion")[0] == {number}
    wait_for(lambda: httpx.get(address).status_code == 200, 60)
    wait_for(lambda: _found(requester, "accordion") == ({number}, False), 60)
    assert not set(old.values()) & {_uuid(world, name) for name in httpx.get(address).json()}


def test_sigterm_ends_all_programs_even_without_a_broker(world: World) -> None:
    with Listener(world.agent):
        world.servers.rabbitmq.stop()
        began = time.monotonic()
        for program in world.system.programs.values():
            program.ask_to_stop()
        ended = _ends(world.system, began + 20)
    assert {name: round(at - began, 1) for name, at in ended.items() if at > began + 10} == {}
    # uvicorn drains and then sends the signal to itself.
    assert {world.system.programs[name].exit_code for name in ended} <= {0, -signal.SIGTERM}


def _ids_in_the_log(system: System, name: str) -> set[str]:
    lines = system.programs[name].log.read_text().splitlines()
    return {json.loads(line).get("request_id", "") for line in lines if line.startswith("{")}


def _refused_promptly(writers: Writers) -> None:
    refused = [one for one in writers.answers if one.status != 201]
    assert refused
    assert {one.media_type for one in refused} == {PROBLEM}
    assert {one.code for one in refused} <= {"unavailable", "outcome_unknown"}
    assert max(one.seconds for one in refused) < PROMPT_SECONDS


def _create(api: Api, title: str) -> httpx.Response:
    return api.http.post("/tickets", json={"title": title, "description": "x"}, headers={"Idempotency-Key": title})


def _count_by_title(truth: Truth, title: str) -> int:
    return truth.database("tickets").tickets.count_documents({"title": title})


def _expired(system: System) -> float:
    text = httpx.get(f"http://127.0.0.1:{system.health_ports['tickets']}/metrics").text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("trackline_rpc_expired_total"))


def _found(api: Api, q: str) -> tuple[set[str], bool]:
    """Returns the numbers of the hits, and whether MongoDB answered."""
    answer = api.get("/search", q=q, type="ticket")
    return {hit["number"] for hit in answer["data"]}, answer["meta"]["degraded"]


def _uuid(world: World, index: str) -> Any:
    answer = httpx.get(f"{world.servers.elasticsearch.url}/{index}/_settings").raise_for_status().json()
    return answer[index]["settings"]["index"]["uuid"]


def _ends(system: System, deadline: float) -> dict[str, float]:
    """Returns name → time.monotonic() when the program ended, or the deadline if it did not."""
    ended: dict[str, float] = {}
    while len(ended) < len(system.programs) and time.monotonic() < deadline:
        for name, program in system.programs.items():
            if name not in ended and not program.running:
                ended[name] = time.monotonic()
        time.sleep(0.05)
    return {name: ended.get(name, deadline) for name in system.programs}
