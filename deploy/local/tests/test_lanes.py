"""Suites at the same time: each reports its outcome, and a stop ends them all."""

import sys
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from trackline_local.throwaway import Lane

from .helpers import Eventually


def commands(**scripts: str) -> deque[tuple[str, Sequence[str]]]:
    return deque((name, [sys.executable, "-c", script]) for name, script in scripts.items())


def lane(**scripts: str) -> Lane:
    return Lane(commands(**scripts), {"GREETING": "hello"}, True)


def test_every_command_runs_and_its_code_is_kept() -> None:
    assert lane(good="pass", bad="exit(3)", killed="import os; os.kill(os.getpid(), 9)").run() == [0, 3, 137]


def test_a_free_lane_takes_the_next_command() -> None:
    waiting = commands(long="import time; time.sleep(4)", short="pass", last="exit(1)")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(Lane.run, [Lane(waiting, {}, True), Lane(waiting, {}, True)])
    assert sorted([first, second]) == [[0], [0, 1]]


def test_the_output_of_a_command_is_shown_whole(capfd: pytest.CaptureFixture[str]) -> None:
    lane(talker="import os; print(os.environ['GREETING'])").run()
    out = capfd.readouterr().out
    assert out.index("running") < out.index("hello") < out.index("ended")


def test_a_stop_ends_the_running_command_and_starts_no_other(eventually: Eventually) -> None:
    halted = lane(long="import time; time.sleep(600)", never="exit(5)")
    codes: list[int] = []
    thread = Thread(target=lambda: codes.extend(halted.run()))
    thread.start()
    eventually(lambda: halted.busy, "not started")
    halted.stop()
    thread.join(20)
    assert codes == [143]
