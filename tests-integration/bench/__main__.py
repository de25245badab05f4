"""Measures each operation in turns with its limit, with 1 and 16 clients, each screen, and how soon writes are seen.

BENCH_TICKETS is the number of tickets that are created before."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conftest import running_system
from harness.api import Api

from bench import cpu, load, rivals, screens, seed, soon
from bench.load import Outcome
from bench.operations import Comparison, beside_limits
from bench.production import INTERVALS
from trackline_local.system import System

TICKETS = int(os.environ.get("BENCH_TICKETS", "5000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ONLY = os.environ.get("BENCH_ONLY", "")


@dataclass(frozen=True)
class Measured:
    """`spent` is process → CPU seconds per request, without idling, until all processes were quiet again."""

    operation: Comparison
    clients: int
    pairs: list[tuple[Outcome, Outcome]]
    spent: Mapping[str, float]

    def row(self) -> str:
        ratio = statistics.median(ours.per_second / limit.per_second for limit, ours in self.pairs)
        ours = sorted((ours for _, ours in self.pairs), key=lambda one: one.per_second)[len(self.pairs) // 2]
        limit = statistics.median(limit.per_second for limit, _ in self.pairs)
        times = f"{ours.percentile(0.5) * 1000:.1f} | {ours.percentile(0.99) * 1000:.1f}"
        beside = f"{limit:.0f}/s {self.operation.beside}"
        return f"| {self.operation.name} | {self.clients} | {times} | {ours.per_second:.0f} | {beside} | {ratio:.2f} |"

    def cost(self) -> str:
        each = ", ".join(
            f"{name} {ms * 1000:.1f}"
            for name, ms in sorted(self.spent.items(), key=lambda one: -one[1])
            if ms > 0.00005
        )
        return f"| {self.operation.name} | {sum(self.spent.values()) * 1000:.1f} | {each} |"


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_system(Path(folder), None, **INTERVALS) as system,
        Api.sign_in(system.url, system.administrator.email, system.administrator.password) as admin,
        rivals.running(system) as bare,
    ):
        admin.wait_for_starter_pack()
        desk = seed.fill(system, admin, TICKETS)
        agent = admin.new_person("Alice Agent", dict.fromkeys(desk.teams, "reply"))
        numbers = [
            one["number"] for one in admin.get("/tickets", **{"page[size]": 100, "filter[state]": "new,open"})["data"]
        ]
        chosen = [one for one in beside_limits(system.url, bare, agent, numbers) if ONLY in one.name]
        idle = cpu.idle(pids_of(system))
        measured = [_measure(system, bare, one, clients, idle) for one in chosen for clients in (1, 16)]
        _report(measured)
        screens.report(system, admin, agent, desk)
        soon.report(system, admin, agent)
        _say("\n| process | resident MB |\n|---|---|")
        for name, memory in cpu.resident(pids_of(system)).items():
            _say(f"| {name} | {memory} |")


def _measure(system: System, bare: str, one: Comparison, clients: int, idle: Mapping[str, float]) -> Measured:
    pids = pids_of(system)
    load.run(system.url, one.request, clients, 1, one.expect)
    cpu.wait_until_quiet(pids, idle)
    pairs, spent = [], dict.fromkeys(pids, 0.0)
    for _ in range(ROUNDS):
        limit = load.run(bare, one.limit, clients, SECONDS, one.limit_expect)
        before, began = cpu.used(pids), time.monotonic()
        ours = load.run(system.url, one.request, clients, SECONDS, one.expect)
        cpu.wait_until_quiet(pids, idle)
        after, seconds = cpu.used(pids), time.monotonic() - began
        spent = {name: spent[name] + after[name] - before[name] - idle[name] * seconds for name in pids}
        pairs.append((limit, ours))
    requests = sum(len(ours.latencies) for _, ours in pairs)
    measured = Measured(one, clients, pairs, {name: seconds / requests for name, seconds in spent.items()})
    seed.say(measured.row())
    return measured


def _report(measured: list[Measured]) -> None:
    _say(f"{TICKETS:,} tickets, medians of {ROUNDS} pairs of {SECONDS:.0f} s\n")
    _say("| operation | clients | p50 ms | p99 ms | per second | limit | ratio |\n|---|---|---|---|---|---|---|")
    for one in measured:
        _say(one.row())
    _say("\n| operation, 16 clients | CPU ms per request | of these |\n|---|---|---|")
    for one in measured:
        if one.clients > 1:
            _say(one.cost())


def pids_of(system: System) -> dict[str, int]:
    return {**{name: program.pid for name, program in system.programs.items() if program.pid}, **cpu.servers()}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
