"""Creates tickets at 1 and 16 clients, with everything running, beside a bare insert; in turns, A B A B."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from conftest import running_system
from harness.api import Api, wait_for

from bench import cpu, load
from bench.production import INTERVALS
from trackline_local.ports import free_port
from trackline_local.system import System

SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
IDLE_SECONDS = 5
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder), None, **INTERVALS) as system:
        with Api.sign_in(system.url, system.administrator.email, system.administrator.password) as admin:
            admin.wait_for_starter_pack()
            token = admin.token
        port = free_port()
        environment = {**os.environ, "BENCH_PORT": str(port)}
        bare = subprocess.Popen([sys.executable, "-m", "bench.bare"], env=environment)
        try:
            wait_for(lambda: _answers(port))
            for clients in (1, 16):
                compare(system, f"http://127.0.0.1:{port}", token, clients)
        finally:
            bare.terminate()
            bare.wait()


def compare(system: System, bare_url: str, token: str, clients: int) -> None:
    ours = load.post(system.url, "/api/v1/tickets", _ticket, lambda _: _headers(token))
    theirs = load.post(bare_url, "/tickets", _ticket, lambda _: "")
    pids = _pids(system)
    idle = cpu.rates(pids, IDLE_SECONDS)
    ratios, outcomes, spent = [], [], dict.fromkeys(pids, 0.0)
    for _ in range(ROUNDS):
        limit = load.run(bare_url, theirs, clients, SECONDS, 201)
        before, began = cpu.used(pids), time.monotonic()
        outcome = load.run(system.url, ours, clients, SECONDS, 201)
        _wait_until_quiet(pids, idle)
        after, seconds = cpu.used(pids), time.monotonic() - began
        spent = {name: spent[name] + after[name] - before[name] - idle[name] * seconds for name in pids}
        ratios.append(outcome.per_second / limit.per_second)
        outcomes.append((limit, outcome))
    _report(clients, ratios, outcomes, spent, cpu.resident(pids))


def _report(
    clients: int,
    ratios: list[float],
    outcomes: list[tuple[load.Outcome, load.Outcome]],
    spent: Mapping[str, float],
    memory: Mapping[str, int],
) -> None:
    requests = sum(len(ours.latencies) for _, ours in outcomes)
    limits = [limit.per_second for limit, _ in outcomes]
    rates = [ours.per_second for _, ours in outcomes]
    middle = sorted(outcomes, key=lambda pair: pair[1].per_second)[len(outcomes) // 2][1]
    sys.stdout.write(
        f"\ncreate, {clients} client(s), median of {len(ratios)} pairs of {SECONDS:.0f} s\n"
        f"  ratio to a bare insert  {statistics.median(ratios):.2f}  (pairs: {', '.join(f'{r:.2f}' for r in ratios)})\n"
        f"  per second              {statistics.median(rates):.0f}  (bare insert {statistics.median(limits):.0f})\n"
        f"  latency ms              p50 {middle.percentile(0.5) * 1000:.1f}  p99 {middle.percentile(0.99) * 1000:.1f}\n"
        f"  CPU ms per request      {sum(spent.values()) / requests * 1000:.2f} beyond idling, until quiet again\n"
    )
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        sys.stdout.write(f"    {name:14}{seconds / requests * 1000:6.2f} ms  {memory[name]:5} MB\n")
    sys.stdout.flush()


def _pids(system: System) -> dict[str, int]:
    servers = {
        "rabbitmq": os.environ["TRACKLINE_TEST_AMQP_URL"],
        "mongodb": os.environ["TRACKLINE_TEST_MONGODB_URL"],
        "elasticsearch": os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"],
    }
    found = {name: cpu.listening(urlsplit(url).port or 0) for name, url in servers.items()}
    return {**{name: program.pid for name, program in system.programs.items() if program.pid}, **found}


def _wait_until_quiet(pids: Mapping[str, int], idle: Mapping[str, float]) -> None:
    """Work that a create leaves behind counts too: until all processes together are back near their idle rate."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if sum(cpu.rates(pids, 2).values()) < sum(idle.values()) + 0.05:
            return


def _ticket(number: int) -> bytes:
    text = (
        f"The printer on floor {number % 9} answers with error {number}. It worked yesterday, and paper is in it. " * 4
    )
    return json.dumps({"title": f"Printer {number} does not print", "description": text, "impact": 2}).encode()


def _headers(token: str) -> str:
    return f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid4().hex}\r\n"


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()
