"""`make bench-against REV=<commit>`: compares the cost of this checkout with that of another revision.

Both run at the same time on the same servers, each as its own system, and get requests in turns over the public HTTP
API. The costs of both are therefore measured in the same minutes.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from harness.api import Api, wait_for
from harness.pages import Pages

from bench import cpu, load, mail_sink, pairs, revisions, worded
from bench.operations import Operation, operations
from bench.pairs import Comparison
from bench.revisions import ROOT, Running

SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
TICKETS = int(os.environ.get("BENCH_TICKETS", "500"))
CLIENTS = int(os.environ.get("BENCH_CLIENTS", "16"))
# How long each operation runs before it is measured.
WARM_SECONDS = float(os.environ.get("BENCH_WARM_SECONDS", "1"))
# Parts of the names of operations.
ONLY = os.environ.get("BENCH_ONLY", "").split(",")
# With "dropped", a mail server that keeps nothing takes the mails, instead of the mailbox of each `make run`.
MAIL_DROPPED = os.environ.get("BENCH_MAIL") == "dropped"
# A process with a smaller share of an operation's CPU is not listed, because its ratio would be noise.
WORTH_LISTING = 0.05
VERDICTS = {
    "same": "within 3 %",
    "bounded": "at most 3 % more",
    "open": "too uneven to tell",
    "more": "MORE",
    "less": "less",
}
Row = tuple[str, str, Comparison]


@dataclass(frozen=True)
class Measured:
    """`cpu` is CPU seconds per request, by process."""

    cpu: Mapping[str, float]
    per_second: float


@dataclass(frozen=True)
class Side:
    """One revision, and the operations to measure."""

    system: Running
    operations: Mapping[str, Operation]

    def measure(self, name: str, idle: Mapping[str, float]) -> Measured:
        operation, pids = self.operations[name], self.system.pids
        before, began = cpu.used(pids), time.monotonic()
        outcome = load.run(self.system.url, operation.request, CLIENTS, SECONDS, operation.expect)
        cpu.wait_until_quiet(pids, idle, window=1)
        after, seconds = cpu.used(pids), time.monotonic() - began
        spent = pairs.per_request(before, after, idle, seconds, len(outcome.latencies))
        return Measured(spent, outcome.per_second)


def main(revision: str) -> None:
    with tempfile.TemporaryDirectory(prefix="trackline-against-") as name, ExitStack() as stack:
        folder = Path(name)
        trees = {"old": stack.enter_context(revisions.checkout(revision, folder / "old")), "new": ROOT}
        mail = {"TRACKLINE_SMTP_URL": stack.enter_context(mail_sink.sink())} if MAIL_DROPPED else {}
        systems = [
            stack.enter_context(revisions.running(f"bench-{side}", tree, folder / f"state-{side}", mail))
            for side, tree in trees.items()
        ]
        say(f"old is {describe(trees['old'])}, new is {describe(ROOT)}")
        old, new = (prepare(system) for system in systems)
        measured = measure_in_turns(old, new)
    report(measured)


def describe(tree: Path) -> str:
    command = ["git", "-C", str(tree), "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def prepare(system: Running) -> Side:
    """Creates tickets through the API, and runs each operation so that all caches are warm."""
    account = system.administrator
    with Api.sign_in(system.url, account.email, account.password) as admin:
        admin.wait_for_starter_pack()
        teams = [team["id"] for team in admin.all("/teams")]
        agent = admin.new_person("Alice Agent", dict.fromkeys(teams, "reply"))
        numbers = worded.fill(agent, TICKETS)
        wait_for(lambda: admin.get("/search/status")["dirty"] == 0, 60)
        people = [admin.new_person(f"Person {number}") for number in range(CLIENTS // 2)]
    found = operations(system.url, agent, numbers, worded.searched(TICKETS))
    asked = [*found, queue_page(system.url, agent), sign_in(system.url, people)]
    side = Side(system, {one.name: one for one in asked if any(part in one.name for part in ONLY)})
    for one in side.operations.values():
        load.run(system.url, one.request, CLIENTS, WARM_SECONDS, one.expect)
    return side


def queue_page(url: str, agent: Api) -> Operation:
    pages = Pages(url, agent)
    cookies = pages.cookies
    pages.close()
    return Operation("queue page", load.get(url, lambda _: "/desk/open", lambda _: f"Cookie: {cookies}\r\n"), 200)


def sign_in(url: str, people: Sequence[Api]) -> Operation:
    """The people sign in one after the other: many attempts at one account at the same time would be refused."""
    kind = "application/x-www-form-urlencoded"
    bodies = [_credentials(person) for person in people]
    request = load.post(url, lambda _: "/api/v1/auth/token", lambda n: bodies[n % len(bodies)], lambda _: "", kind)
    return Operation("sign-in", request, 200)


def _credentials(person: Api) -> bytes:
    return urlencode({"grant_type": "password", "username": person.me["email"], "password": person.password}).encode()


def measure_in_turns(old: Side, new: Side) -> dict[str, list[tuple[Measured, Measured]]]:
    """Returns operation → (old, new) pairs. The first side changes from round to round, so that a growing number of
    tickets affects both alike."""
    idle = cpu.idle({**_with_label("old", old), **_with_label("new", new)})
    found: dict[str, list[tuple[Measured, Measured]]] = defaultdict(list)
    for number in range(ROUNDS):
        for name in old.operations:
            order = [("old", old), ("new", new)] if number % 2 == 0 else [("new", new), ("old", old)]
            measured = {label: side.measure(name, _without_label(label, idle)) for label, side in order}
            found[name].append((measured["old"], measured["new"]))
        # Round by round, because the compilers of the JVM make Elasticsearch faster for minutes after its start.
        rates = (f"{name} {old.per_second:.0f}, {new.per_second:.0f}" for name, [*_, (old, new)] in found.items())
        say(f"round {number + 1} of {ROUNDS}: per second, old and new: {'; '.join(rates)}")
    return found


def _with_label(label: str, side: Side) -> dict[str, int]:
    return {f"{label} {process}": pid for process, pid in side.system.pids.items()}


def _without_label(label: str, idle: Mapping[str, float]) -> dict[str, float]:
    return {name.removeprefix(f"{label} "): rate for name, rate in idle.items() if name.startswith(f"{label} ")}


def rows(measured: Mapping[str, Sequence[tuple[Measured, Measured]]]) -> Iterator[Row]:
    """Yields rows for each operation: the CPU of all processes, of each important one, and the rate."""
    for operation, both in measured.items():
        yield from _row(operation, "CPU, ms", [(total(old) * 1000, total(new) * 1000) for old, new in both])
        for process in both[0][0].cpu:
            if process in both[0][1].cpu and all(_share(one, process) > WORTH_LISTING for pair in both for one in pair):
                yield from _row(operation, process, [(o.cpu[process] * 1000, n.cpu[process] * 1000) for o, n in both])
        yield from _row(operation, "per second", [(old.per_second, new.per_second) for old, new in both])


def total(measured: Measured) -> float:
    return sum(measured.cpu.values())


def _share(measured: Measured, process: str) -> float:
    return measured.cpu[process] / total(measured)


def _row(operation: str, what: str, values: Sequence[tuple[float, float]]) -> Iterator[Row]:
    if compared := pairs.compare(values):
        yield operation, what, compared


def report(measured: Mapping[str, Sequence[tuple[Measured, Measured]]]) -> None:
    found = list(rows(measured))
    say(f"\n{ROUNDS} pairs of {SECONDS:.0f} s with {CLIENTS} clients; CPU in ms per request until all is quiet again\n")
    say("| operation | of | old | new | new ÷ old | from – to | verdict |\n|---|---|---|---|---|---|---|")
    for operation, what, one in found:
        numbers = f"{one.old:.2f} | {one.new:.2f} | {one.ratio:.3f} | {one.low:.3f} – {one.high:.3f}"
        say(f"| {operation} | {what} | {numbers} | {VERDICTS[one.verdict]} |")
    beyond = [row for row in found if row[2].verdict in {"more", "less"}]
    say("\nBeyond 3 % and beyond the spread:" + ("" if beyond else " nothing"))
    for operation, what, one in beyond:
        say(f"- {operation}, {what}: {one.ratio:.3f}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
