"""A projection keeps the newest sequence, in whatever order events arrive and however many processes write."""

from itertools import permutations
from threading import Barrier, Event, Thread

import pytest
from pymongo.database import Database

from trackline_chassis.mongo import Document
from trackline_chassis.projection import CachedProjection, keep_newer, request_until_known


def test_the_newest_is_kept_in_any_order(db: Database[Document]) -> None:
    for number, order in enumerate(permutations((1, 2, 3))):
        for sequence in order:
            keep_newer(db["kept"], f"key-{number}", sequence, {"value": sequence})
    assert {row["value"] for row in db["kept"].find()} == {3}


def test_replicas_that_insert_at_once_keep_the_newest(db: Database[Document]) -> None:
    writers, keys = 8, 60
    barrier = Barrier(writers)

    def write(sequence: int) -> None:
        for key in range(keys):
            barrier.wait(10)
            keep_newer(db["kept"], str(key), sequence, {"value": sequence})

    threads = [Thread(target=write, args=(sequence,)) for sequence in range(1, writers + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row["value"] for row in db["kept"].find()] == [writers] * keys


def test_a_cached_value_is_at_most_a_second_old(db: Database[Document]) -> None:
    seconds = [0.0]
    mine: CachedProjection[int] = CachedProjection(db["kept"], lambda row: row["value"], lambda: seconds[0])
    other: CachedProjection[int] = CachedProjection(db["kept"], lambda row: row["value"])
    assert mine.all() == {}
    other.keep("a", 1, {"value": 1})
    assert mine.all() == {}
    seconds[0] = 1.0
    assert mine.all() == {"a": 1}
    mine.keep("a", 2, {"value": 2})
    assert mine.all() == {"a": 2}


def test_a_request_is_repeated_until_the_broker_takes_it() -> None:
    stop = Event()
    answers = iter([False, True])

    def request() -> bool:
        taken = next(answers)
        if taken:
            stop.set()
        return taken

    request_until_known(dict, request, stop)
    assert next(answers, "none left") == "none left"


def test_nothing_is_requested_once_something_is_known() -> None:
    stop = Event()
    stop.set()
    request_until_known(lambda: {"it": False}, lambda: pytest.fail("requested"), stop)
