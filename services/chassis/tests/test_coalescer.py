"""Callers that wait together share one round trip; each gets its own answer, and none waits for ever."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from pymongo.errors import ConnectionFailure

from trackline_chassis.coalescer import BATCH, Coalescer
from trackline_testing.waiting import wait_for


class Slow:
    """Doubles numbers, and refuses 13 alone; 77 breaks its batch, 666 means that the store is down.
    Its first call lasts until `go`."""

    def __init__(self) -> None:
        self.entered, self.go = Event(), Event()
        self.batches: list[list[int]] = []

    def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(numbers))
        self.entered.set()
        self.go.wait(10)
        if 666 in numbers:
            raise ConnectionFailure("store")
        if 77 in numbers:
            raise OverflowError("77")
        return [ValueError("13") if number == 13 else 2 * number for number in numbers]


def together(slow: Slow, pool: ThreadPoolExecutor, numbers: Sequence[int]) -> list[Future[int]]:
    """A first call with 0 that keeps the work busy, and the numbers, which wait meanwhile."""
    double = Coalescer(slow)
    calls = [pool.submit(double, 0)]
    slow.entered.wait(10)
    calls += [pool.submit(double, number) for number in numbers]
    wait_for(lambda: len(double._waiting) == len(numbers))
    slow.go.set()
    return calls


def test_a_lone_caller_waits_for_nobody() -> None:
    slow = Slow()
    slow.go.set()
    assert Coalescer(slow)(4) == 8
    assert slow.batches == [[4]]


def test_those_who_wait_share_one_call_and_get_their_own_answers() -> None:
    slow = Slow()
    with ThreadPoolExecutor(20) as pool:
        calls = together(slow, pool, range(1, 13))
        assert [call.result(10) for call in calls] == [2 * number for number in range(13)]
    assert [len(batch) for batch in slow.batches] == [1, 12]


def test_one_that_fails_alone_fails_alone() -> None:
    slow = Slow()
    with ThreadPoolExecutor(20) as pool:
        _, *calls = together(slow, pool, [1, 13, 2])
        with pytest.raises(ValueError, match="13"):
            calls[1].result(10)
        assert (calls[0].result(10), calls[2].result(10)) == (2, 4)


def test_one_that_breaks_its_batch_breaks_only_itself() -> None:
    slow = Slow()
    with ThreadPoolExecutor(20) as pool:
        _, *calls = together(slow, pool, [1, 77, 2])
        with pytest.raises(OverflowError):
            calls[1].result(10)
        assert (calls[0].result(10), calls[2].result(10)) == (2, 4)


def test_a_store_that_is_down_is_tried_once_for_all_who_wait() -> None:
    slow = Slow()
    with ThreadPoolExecutor(BATCH + 10) as pool:
        first, *calls = together(slow, pool, [666, *range(100, BATCH + 105)])
        assert first.result(10) == 0
        for call in calls:
            with pytest.raises(ConnectionFailure):
                call.result(10)
    assert [len(batch) for batch in slow.batches] == [1, BATCH]


def test_the_next_call_works_after_one_that_failed() -> None:
    slow = Slow()
    slow.go.set()
    double = Coalescer(slow)
    with pytest.raises(ConnectionFailure):
        double(666)
    assert double(1) == 2


def test_a_batch_is_bounded() -> None:
    slow = Slow()
    with ThreadPoolExecutor(BATCH + 10) as pool:
        calls = together(slow, pool, range(100, BATCH + 105))
        assert sum(call.result(10) for call in calls) == sum(2 * number for number in range(100, BATCH + 105))
    assert [len(batch) for batch in slow.batches] == [1, BATCH, 5]
