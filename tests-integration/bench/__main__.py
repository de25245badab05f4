"""Measures each operation in turns with its limit, with 1 and 16 clients, each screen, and how soon writes are seen.

BENCH_TICKETS is the number of tickets. They come from a data set of that size if there is one."""

import os
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bench import cpu, data, desk, load, rivals, screens, seed, soon
from bench.load import Outcome
from bench.operations import Comparison, beside_limits
from trackline_local.system import System

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
    with data.measured() as place, rivals.running(place.system) as bare:
        system, admin, agent = place.system, place.admin, place.agent
        newest = agent.get("/tickets", **{"page[size]": 100, "filter[state]": "new,open"})["data"]
        numbers = [one["number"] for one in newest]
        chosen = [one for one in beside_limits(system.url, bare, agent, numbers) if ONLY in one.name]
        idle = cpu.idle(desk.pids(system))
        measured = [_measure(system, bare, one, clients, idle) for one in chosen for clients in (1, 16)]
        _report(measured)
        screens.report(place)
        soon.report(system, admin, agent)
        _say("\n| process | resident MB |\n|---|---|")
        for name, memory in cpu.resident(desk.pids(system)).items():
            _say(f"| {name} | {memory} |")


def _measure(system: System, bare: str, one: Comparison, clients: int, idle: Mapping[str, float]) -> Measured:
    pids = desk.pids(system)
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
    _say(f"{data.TICKETS:,} tickets, medians of {ROUNDS} pairs of {SECONDS:.0f} s\n")
    _say("| operation | clients | p50 ms | p99 ms | per second | limit | ratio |\n|---|---|---|---|---|---|---|")
    for one in measured:
        _say(one.row())
    _say("\n| operation, 16 clients | CPU ms per request | of these |\n|---|---|---|")
    for one in measured:
        if one.clients > 1:
            _say(one.cost())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
