"""A projection ends at the newest sequence, whatever the order and however many write at once."""

from itertools import permutations
from threading import Barrier, Thread

from pymongo.database import Database

from trackline_chassis.mongo import Document
from trackline_chassis.projection import CachedProjection, keep_newer


def test_the_newest_stays_in_any_order(db: Database[Document]) -> None:
    for number, order in enumerate(permutations((1, 2, 3))):
        for sequence in order:
            keep_newer(db["kept"], f"key-{number}", sequence, {"value": sequence})
    assert {row["value"] for row in db["kept"].find()} == {3}


def test_replicas_that_all_make_a_new_document_keep_the_newest(db: Database[Document]) -> None:
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


def test_what_is_cached_is_a_second_old_at_most(db: Database[Document]) -> None:
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
