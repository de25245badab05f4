"""Callers that wait for the same answer share the work for it. None gets an answer older than its question."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from pymongo.errors import ConnectionFailure

from trackline_chassis.sharing import Sharing
from trackline_testing.waiting import wait_for


class Shelf:
    """Answers (key, what the shelf holds when the work begins). Work for "slow" lasts until `go` is set, work for
    "bad" fails, and "gone" means that the store is down."""

    def __init__(self) -> None:
        self.entered, self.go = Event(), Event()
        self.holds = "old"
        self.worked: list[str] = []

    def __call__(self, key: str) -> tuple[str, str]:
        self.worked.append(key)
        answer = key, self.holds
        if key != "quick":
            self.entered.set()
            self.go.wait(10)
        if key == "bad":
            raise ValueError(key)
        if key == "gone":
            raise ConnectionFailure(key)
        return answer


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.mark.parametrize("key", ["slow", "bad", "gone"])
def test_callers_who_wait_share_what_was_read_after_they_had_asked(shelf: Shelf, key: str) -> None:
    ask = Sharing(shelf)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(ask, key)
        shelf.entered.wait(10)
        shelf.holds = "new"
        later = [pool.submit(ask, key) for _ in range(12)]
        wait_for(lambda: len(ask._queues[key]._waiting) == 12)
        shelf.go.set()
        if key == "slow":
            assert first.result(10) == ("slow", "old")
            assert [one.result(10) for one in later] == [("slow", "new")] * 12
        else:
            assert {type(one.exception(10)) for one in later} == {ConnectionFailure if key == "gone" else ValueError}
    assert shelf.worked == ([key] if key == "gone" else [key, key])


def test_another_question_does_not_wait(shelf: Shelf) -> None:
    ask = Sharing(shelf)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(ask, "slow")
        shelf.entered.wait(10)
        assert pool.submit(ask, "quick").result(10) == ("quick", "old")
        assert not slow.done()
        shelf.go.set()


def test_nothing_is_kept_of_a_question_that_was_answered(shelf: Shelf) -> None:
    ask = Sharing(shelf)
    ask("quick")
    shelf.holds = "new"
    assert ask("quick") == ("quick", "new")
    assert not ask._queues
