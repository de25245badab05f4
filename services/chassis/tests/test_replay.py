"""A replay sends the log again to one queue, survives the process that runs it, and reports how much it sent."""

from collections.abc import Callable
from threading import Event
from time import sleep
from typing import Any

import pytest
from pymongo.database import Database

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.replay import Replays
from trackline_core.outbox import to_row
from trackline_schemas.base import now
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import REPLAY_FINISHED
from trackline_testing.queues import Queue
from trackline_testing.waiting import wait_for

from .conftest import make_event, running

QUEUE = "analytics.events"


@pytest.fixture
def replays(db: Database[Document], bus: Bus) -> Replays:
    for ticket in range(130):
        db.log.insert_many([to_row(make_event(f"t{ticket:03}", number)) for number in (1, 2)])
    return Replays(db.log, db.removed, db.jobs, bus, of="tickets")


def finish(replays: Replays, job: str) -> dict[str, Any]:
    with running(replays.run):
        wait_for(lambda: replays.status(job)["done"])
    return replays.status(job)


def test_the_whole_log_goes_to_one_queue(replays: Replays, bus: Bus, queue: Callable[[str], Queue]) -> None:
    taken = queue(QUEUE)
    status = finish(replays, replays.start(QUEUE))
    *events, finished = taken.take_events()
    assert [event.id for event in events] == [f"t{ticket:03}:{n:08d}" for ticket in range(130) for n in (1, 2)]
    assert all(event.replay for event in events)
    assert finished.type == REPLAY_FINISHED
    assert (finished.data["events"], finished.data["subjects"]) == (status["events"], status["subjects"]) == (260, 130)
    assert bus.waiting("knowledge.events") == 0


@pytest.mark.parametrize("removed", [["t005"], ["t000", "t129"], [f"t{ticket:03}" for ticket in range(60)]])
def test_a_replay_skips_what_was_removed(
    removed: list[str], replays: Replays, db: Database[Document], queue: Callable[[str], Queue]
) -> None:
    """A relay that was killed may have left its rows in the log. A rebuild would count them for ever."""
    taken = queue(QUEUE)
    db.removed.insert_many([{"_id": subject} for subject in removed])
    status = finish(replays, replays.start(QUEUE))
    *events, finished = taken.take_events()
    assert {event.subject for event in events} == {f"t{ticket:03}" for ticket in range(130)} - set(removed)
    counts = (260 - 2 * len(removed), 130 - len(removed))
    assert (finished.data["events"], finished.data["subjects"]) == (status["events"], status["subjects"]) == counts


def test_replay_of_some_tickets(replays: Replays, queue: Callable[[str], Queue]) -> None:
    taken = queue(QUEUE)
    status = finish(replays, replays.start(QUEUE, only=["t005", "t100", "unknown"]))
    assert (status["events"], status["subjects"]) == (4, 2)
    *events, finished = taken.take_events()
    assert {event.subject for event in events} == {"t005", "t100"}
    assert finished.data["only"] == ["t005", "t100", "unknown"]


def test_a_request_that_is_delivered_twice_starts_one_replay(replays: Replays, queue: Callable[[str], Queue]) -> None:
    """A request is an event, and may be delivered again."""
    taken = queue(QUEUE)
    assert [replays.start(QUEUE, only=["t005"], job_id="asked") for _ in range(2)] == ["asked", "asked"]
    finish(replays, "asked")
    assert replays.start(QUEUE, only=["t005"], job_id="asked") == "asked"
    assert replays._claim() is None
    assert [event.data.get("job_id") for event in taken.take_events()] == [None, None, "asked"]


def test_repeated_requests_before_the_replay_begins_are_one_replay(
    replays: Replays, queue: Callable[[str], Queue]
) -> None:
    """The first request may wait for minutes while a replay for another consumer runs."""
    taken = queue(QUEUE)
    by_hand = replays.start(QUEUE, only=["t005"])
    for ask in ("ask-1", "ask-2", "ask-3"):
        replays.start(QUEUE, only=["t005"], job_id=ask)
        # Times are stored in milliseconds, and requests in the same millisecond are all kept.
        sleep(0.002)
    replays.start(QUEUE, only=["t006"], job_id="other")
    finish(replays, "ask-3")
    finish(replays, "other")
    finish(replays, by_hand)
    finished = [event.data["job_id"] for event in taken.take_events() if event.type == REPLAY_FINISHED]
    assert sorted(finished) == sorted([by_hand, "ask-3", "other"])


def test_a_request_after_a_replay_has_begun_starts_another(replays: Replays, queue: Callable[[str], Queue]) -> None:
    queue(QUEUE)
    replays.start(QUEUE, job_id="ask-1")
    begun = replays._claim()
    assert begun is not None
    replays.start(QUEUE, job_id="ask-2")
    assert replays.status("ask-1")["done"] is False
    assert replays._step(begun, Event()) is not None


def test_another_process_goes_on_where_one_died(
    replays: Replays, db: Database[Document], bus: Bus, queue: Callable[[str], Queue]
) -> None:
    class Killed(BaseException):
        pass

    taken = queue(QUEUE)
    job = replays.start(QUEUE)
    step, steps = replays._step, []

    def die_in_the_second(job: Document, stop: Any) -> Any:
        steps.append(job["position"])
        if len(steps) == 2:
            raise Killed
        return step(job, stop)

    replays._step = die_in_the_second  # type: ignore[method-assign]
    claimed = replays._claim()
    assert claimed is not None
    with pytest.raises(Killed):
        replays._step(replays._step(claimed, None), None)
    # Lets the claim expire.
    db.jobs.update_one({"_id": job}, {"$set": {"claimed_until": db.jobs.find_one({"_id": job})["claimed_until"]}})  # type: ignore[index]
    db.jobs.update_one({"_id": job}, [{"$set": {"claimed_until": {"$subtract": ["$claimed_until", 60_000]}}}])
    status = finish(Replays(db.log, db.removed, db.jobs, bus, of="tickets"), job)
    assert (status["events"], status["subjects"]) == (260, 130)
    assert len({event.id for event in taken.take_events()}) == 261


def test_open_jobs_are_found_by_index_and_old_ones_expire(
    replays: Replays, db: Database[Document], queue: Callable[[str], Queue]
) -> None:
    queue(QUEUE)
    replays.create_indexes()
    finish(replays, replays.start(QUEUE, only=["t005"], job_id="done"))
    replays.start(QUEUE, only=["t005"], job_id="waits")
    plan = db.jobs.find({"done": False, "claimed_until": {"$lte": now()}}).explain()["queryPlanner"]["winningPlan"]
    assert plan["inputStage"]["stage"] == "IXSCAN"
    finished = {job["_id"]: job.get("finished_at") for job in db.jobs.find()}
    assert finished["done"] is not None
    assert finished["waits"] is None
    expiring = [index for index in db.jobs.list_indexes() if "expireAfterSeconds" in index]
    assert [list(index["key"]) for index in expiring] == [["finished_at"]]


def test_unknown_consumer_is_refused(replays: Replays) -> None:
    with pytest.raises(ServiceError, match=r"There is no consumer nobody"):
        replays.start("nobody")
