"""Callers that wait together share one round trip. Each gets its own answer, and none waits for ever."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from pymongo.errors import ConnectionFailure

from trackline_chassis.coalescer import BATCH, Coalescer
from trackline_testing.waiting import wait_for


class Slow:
    """Doubles numbers. Only 13 fails alone, 77 fails its whole batch, and 666 means that the store is down.
    The first call lasts until `go` is set."""

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


def call_while_busy(slow: Slow, pool: ThreadPoolExecutor, numbers: Sequence[int]) -> list[Future[int]]:
    """Makes a first call with 0, which keeps the work busy, and calls with the numbers, which wait meanwhile."""
    double = Coalescer(slow)
    calls = [pool.submit(double, 0)]
    slow.entered.wait(10)
    calls += [pool.submit(double, number) for number in numbers]
    wait_for(lambda: len(double._waiting) == len(numbers))
    slow.go.set()
    return calls


def test_a_single_call_does_not_wait() -> None:
    slow = Slow()
    slow.go.set()
    assert Coalescer(slow)(4) == 8
    assert slow.batches == [[4]]


def test_waiting_calls_share_one_round_trip_and_get_their_own_answers() -> None:
    slow = Slow()
    with ThreadPoolExecutor(20) as pool:
        calls = call_while_busy(slow, pool, range(1, 13))
        assert [call.result(10) for call in calls] == [2 * number for number in range(13)]
    assert [len(batch) for batch in slow.batches] == [1, 12]


def test_an_item_that_fails_alone_does_not_fail_the_others() -> None:
    slow = Slow()
    with ThreadPoolExecutor(20) as pool:
        _, *calls = call_while_busy(slow, pool, [1, 13, 2])
        with pytest.raises(ValueError, match="13"):
            calls[1].result(10)
        assert (calls[0].result(10), calls[2].result(10)) == (2, 4)


def test_an_item_that_fails_its_batch_does_not_fail_the_others() -> None:
    slow = Slow()
    with ThreadPoolExecutor(20) as pool:
        _, *calls = call_while_busy(slow, pool, [1, 77, 2])
        with pytest.raises(OverflowError):
            calls[1].result(10)
        assert (calls[0].result(10), calls[2].result(10)) == (2, 4)


def test_a_store_that_is_down_is_tried_once_for_all_waiting_calls() -> None:
    slow = Slow()
    with ThreadPoolExecutor(BATCH + 10) as pool:
        first, *calls = call_while_busy(slow, pool, [666, *range(100, BATCH + 105)])
        assert first.result(10) == 0
        for call in calls:
            with pytest.raises(ConnectionFailure):
                call.result(10)
    assert [len(batch) for batch in slow.batches] == [1, BATCH]


def test_a_call_after_a_failed_one_works() -> None:
    slow = Slow()
    slow.go.set()
    double = Coalescer(slow)
    with pytest.raises(ConnectionFailure):
        double(666)
    assert double(1) == 2


def test_a_batch_is_bounded() -> None:
    slow = Slow()
    with ThreadPoolExecutor(BATCH + 10) as pool:
        calls = call_while_busy(slow, pool, range(100, BATCH + 105))
        assert sum(call.result(10) for call in calls) == sum(2 * number for number in range(100, BATCH + 105))
    assert [len(batch) for batch in slow.batches] == [1, BATCH, 5]
