"""One at a time for each key."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from trackline_chassis.turns import Turns


def test_one_at_a_time_works_on_a_key() -> None:
    turns, inside, most = Turns[str](), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        with turns.of("t1"):
            inside += 1
            most = max(most, inside)
            Event().wait(0.001)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert (inside, most) == (0, 1)


def test_another_key_does_not_wait() -> None:
    turns = Turns[str]()
    with turns.of("t1"), ThreadPoolExecutor(1) as pool:

        def work() -> str:
            with turns.of("t2"):
                return "done"

        assert pool.submit(work).result(5) == "done"


def test_a_failure_ends_the_turn_and_nothing_is_kept() -> None:
    turns = Turns[str]()
    for _ in range(2):
        with pytest.raises(ValueError, match="no"), turns.of("t1"):
            raise ValueError("no")
    assert not turns._turns
