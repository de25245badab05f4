"""`make creation-files`: lists which of our files run when a ticket is created, from the HTTP request to the email, the
search index, the numbers and the live stream.

Every process of a real system records the chains of calls between our files (recorder/sitecustomize.py). A chain counts
when each of several creations shows it and no idle stretch of the same length does.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.api import Api, wait_for
from harness.live import Listener

from bench import revisions
from bench.revisions import ROOT, Running

RECORDER = Path(__file__).parent / "recorder"
# longer than the longest interval of a sweep, and long enough for mail, index and numbers
WINDOW_SECONDS = 8.0
IDLE_WINDOWS = 4
CREATIONS = 3
Chain = tuple[str, ...]
Chains = dict[Chain, int]
"""Chain → monotonic time in ns at which it was first seen."""


def main(revision: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="trackline-creation-") as name, ExitStack() as stack:
        folder = Path(name)
        tree = stack.enter_context(revisions.checkout(revision, folder / "tree")) if revision else ROOT
        extra = {"PYTHONPATH": str(RECORDER), "CREATION_ROOT": str(tree), "CREATION_FOLDER": str(folder)}
        system = stack.enter_context(revisions.running("creation", tree, folder / "state", extra))
        report(record(Recorder(system, folder), system))


class Recorder:
    """Starts and stops the recording in all processes of a system at once."""

    def __init__(self, system: Running, folder: Path) -> None:
        self._folder = folder
        self._pids = {name: pid for name, pid in system.pids.items() if _records(pid)}

    def start(self) -> None:
        for pid in self._pids.values():
            os.kill(pid, signal.SIGUSR1)

    def stop(self) -> dict[str, Chains]:
        """Returns the chains of each process."""
        for pid in self._pids.values():
            os.kill(pid, signal.SIGUSR2)
        return {name: self._read(pid) for name, pid in self._pids.items()}

    def _read(self, pid: int) -> Chains:
        file = self._folder / f"{pid}.json"
        wait_for(file.exists)
        rows = json.loads(file.read_text())
        file.unlink()
        return {tuple(chain): at for at, chain in rows}


def _records(pid: int) -> bool:
    return str(RECORDER) in Path(f"/proc/{pid}/environ").read_text()


def record(recorder: Recorder, system: Running) -> tuple[dict[str, Chains], int]:
    """Returns (chains of each process, time in ns at which the answer came) of the last creation."""
    account = system.administrator
    with Api.sign_in(system.url, account.email, account.password) as admin:
        admin.wait_for_starter_pack()
        agent = admin.new_person("Alice Agent", dict.fromkeys([team["id"] for team in admin.all("/teams")], "reply"))
        requester = admin.new_person("Rita Requester")
        with Listener(agent):
            _created(recorder, requester)
            idle = [_window(recorder) for _ in range(IDLE_WINDOWS)]
            made = [_created(recorder, requester) for _ in range(CREATIONS)]
    last, answered = made[-1]
    return {name: dict(_kept(name, last[name], [found for found, _ in made], idle)) for name in last}, answered


def _created(recorder: Recorder, requester: Api) -> tuple[dict[str, Chains], int]:
    recorder.start()
    requester.new_ticket("The printer on floor 3 does not print")
    answered = time.monotonic_ns()
    time.sleep(WINDOW_SECONDS)
    return recorder.stop(), answered


def _window(recorder: Recorder) -> dict[str, Chains]:
    recorder.start()
    time.sleep(WINDOW_SECONDS)
    return recorder.stop()


def _kept(
    name: str, last: Chains, made: Sequence[Mapping[str, Chains]], idle: Sequence[Mapping[str, Chains]]
) -> Iterator[tuple[Chain, int]]:
    for chain, at in sorted(last.items(), key=lambda one: one[1]):
        if all(chain in one[name] for one in made) and not any(chain in one[name] for one in idle):
            yield chain, at


def report(found: tuple[Mapping[str, Chains], int]) -> None:
    by_process, answered = found
    everything, write = set(), set()
    for process, chains in by_process.items():
        files = _in_order(chains)
        before = _in_order({chain: at for chain, at in chains.items() if at <= answered})
        everything |= {*files}
        write |= {*before} if process in {"gateway", "tickets"} else set()
        say(f"\n## {process}: {len(files)} files, {len(before)} of them before the answer\n")
        for file in files:
            say(f"- {file}{'' if file in before else ' (afterwards)'}")
        for chain in sorted(chain for chain in chains if _comes_back(chain)):
            say(f"- comes back: {' → '.join(chain)}")
    say(f"\n{len(write)} files up to the answer, {len(everything)} in all")


def _in_order(chains: Chains) -> list[str]:
    return [*dict.fromkeys(file for chain in chains for file in chain)]


def _comes_back(chain: Chain) -> bool:
    """Returns True if the last call goes into a file that the chain left before."""
    return chain[-1] in chain[:-1]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
