"""`make bench-data`: makes a data set of BENCH_TICKETS tickets once, and keeps it for all measurements.

A set is the state folder of a `make run` that has stopped, without RabbitMQ, whose queues are empty. A copy of it
starts like any other installation, and what a newer version must change in it, its services change when they start.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.api import Api, wait_for
from harness.truth import Truth

from bench import desk, history, seed, texts
from trackline_local.steps import ROOT, Failure, need_space
from trackline_local.system import System

SETS = ROOT / ".bench"
SCHEMAS = ROOT / "shared-schemas/schemas"
# The tickets of a measurement.
TICKETS = int(os.environ.get("BENCH_TICKETS", "5000"))
KEPT = ("mongodb", "elasticsearch", "secret", "encryption-key", "metrics-token", "admin-password")


@dataclass(frozen=True)
class Desk:
    """A running system with TICKETS tickets, and people who have some of them."""

    system: System
    admin: Api
    agent: Api
    requester: Api
    teams: list[str]
    categories: list[str]


@contextmanager
def measured() -> Iterator[Desk]:
    """Yields a desk on a copy of the set of TICKETS tickets if there is one, and otherwise on new tickets."""
    kept = find(TICKETS)
    with tempfile.TemporaryDirectory(prefix="trackline-bench-", ignore_cleanup_errors=True) as folder:
        state = Path(folder)
        if kept:
            copy(kept, state)
        with desk.running(state) as system, desk.administrator(system) as admin:
            admin.wait_for_starter_pack()
            if kept:
                _wait_until_current(system, admin)
            else:
                seed.fill(system, admin, TICKETS)
            agent, requester = (
                Api.sign_in(system.url, one, history.PASSWORD) for one in (history.AGENT, history.REQUESTER)
            )
            teams, categories = ([one["id"] for one in admin.all(path)] for path in ("/teams", "/categories"))
            yield Desk(system, admin, agent, requester, teams, categories)


def make(tickets: int) -> Path:
    """Returns the folder of the set, which it makes unless it is there."""
    if found := find(tickets):
        return found
    folder = SETS / name(tickets)
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    need_space(part, 1000 + tickets // 30, "The data set")
    with desk.running(part) as system, desk.administrator(system) as admin:
        admin.wait_for_starter_pack()
        seed.fill(system, admin, tickets)
    for left in part.iterdir():
        if left.name not in KEPT:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return part.rename(folder)


def find(tickets: int) -> Path | None:
    """Raises Failure if there is a set of as many tickets, but not as this version makes them."""
    folder = SETS / name(tickets)
    if folder.exists():
        return folder
    others = [one for one in SETS.glob(f"{tickets}-*") if one.suffix != ".part"]
    if others:
        raise Failure(
            f"{others[0]} was made by a version that makes other tickets: measure with that version, or remove the"
            f" folder and run `make bench-data BENCH_TICKETS={tickets}`."
        )
    return None


def copy(kept: Path, to: Path) -> None:
    need_space(to, sum(one.stat().st_size for one in kept.rglob("*")) // 1_000_000 + 1000, "A copy of the data set")
    subprocess.run(["cp", "--archive", "--reflink=auto", f"{kept}/.", str(to)], check=True)


def _wait_until_current(system: System, admin: Api) -> None:
    """Waits for what this version changes in a set of an earlier one: it rebuilds or marks facts, and the index."""
    time.sleep(2)
    with closing(Truth(system, desk.DATABASE)) as truth:
        wait_for(lambda: _has_current_facts(truth) and seed.is_quiet(truth), seed.PATIENCE)
    wait_for(lambda: seed.is_indexed(admin), seed.PATIENCE)


def _has_current_facts(truth: Truth) -> bool:
    store = truth.database("analytics")
    state = store["generations"].find_one({"building": None})
    return state is not None and store[f"facts_{state['live']}"].find_one({"announced": None}) is None


def name(tickets: int) -> str:
    """What decides the form of the tickets: their generator, and the major versions of their events."""
    told = [Path(str(module.__file__)).read_bytes() for module in (history, texts)]
    told += [file.name.encode() for file in sorted(SCHEMAS.glob("ticket.*.json"))]
    return f"{tickets}-{hashlib.sha256(b''.join(told)).hexdigest()[:12]}"


def main() -> int:
    try:
        sys.stdout.write(f"{make(int(os.environ.get('BENCH_TICKETS', '200000')))}\n")
    except Failure as failure:
        sys.stderr.write(f"error: {failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
