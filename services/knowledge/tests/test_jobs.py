"""Jobs on the whole index, step by step, in memory and in MongoDB."""

import threading
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from pymongo.database import Database

from knowledge.adapters.job import MongoJobs
from knowledge.domain.document import Document
from knowledge.domain.job import Job
from knowledge.usecases import rebuild, replay, worker
from knowledge.usecases.ports import IndexUnavailable, JobStore, Ports
from knowledge.usecases.rebuild import AT_ONCE, GRACE
from trackline_schemas.events import Event

from .fake_index import FakeJobs, FakeWriter
from .samples import START, replay_finished, ticket_event
from .upkeep import Upkeep
from .world import World


@pytest.fixture(params=["memory", "mongo"])
def jobs(request: pytest.FixtureRequest) -> JobStore:
    if request.param == "memory":
        return FakeJobs()
    store: Database[Document] = request.getfixturevalue("store")
    return MongoJobs(store)


def job(name: str) -> Job:
    return Job(name, "rebuild", "filling", START, START, 7)


class TestStore:
    def test_one_job_of_each_kind_runs(self, jobs: JobStore) -> None:
        assert jobs.latest("rebuild") is None
        assert jobs.claim("rebuild", START) is None
        first = jobs.begin(job("a"))
        assert (first, jobs.latest("rebuild")) == (job("a"), job("a"))
        assert jobs.begin(job("b")) == first
        jobs.save(first, first.enter("done", START), START)
        assert jobs.begin(job("b")) == job("b")
        assert jobs.begin(replace(job("c"), kind="replay")).id == "c"

    def test_only_one_replica_runs_a_step_at_a_time(self, jobs: JobStore) -> None:
        jobs.begin(job("a"))
        mine = jobs.claim("rebuild", START)
        assert mine == job("a")
        assert jobs.claim("rebuild", START + timedelta(seconds=4)) is None
        jobs.save(mine, replace(mine, position="x", done=3), START)
        after = jobs.claim("rebuild", START)
        assert after == replace(job("a"), position="x", done=3, step=1)
        jobs.save(after, after.enter("done", START), START)
        assert jobs.claim("rebuild", START + timedelta(hours=1)) is None

    def test_a_claim_of_a_dead_replica_ends(self, jobs: JobStore) -> None:
        jobs.begin(job("a"))
        dead, later = jobs.claim("rebuild", START), START + timedelta(seconds=6)
        other = jobs.claim("rebuild", later)
        assert dead == other == job("a")
        jobs.save(other, replace(other, position="y"), later)
        jobs.save(dead, replace(dead, position="x"), later)
        assert jobs.latest("rebuild") == replace(job("a"), position="y", step=1)


@pytest.fixture
def writer() -> FakeWriter:
    return FakeWriter()


@pytest.fixture
def upkeep(memory_world: World, writer: FakeWriter) -> Upkeep:
    made = Upkeep(memory_world.ports, writer, FakeJobs(), memory_world.clock)
    made.settle()
    made.finish()
    hear(memory_world, AT_ONCE * 2)
    made.settle()
    return made


def hear(world: World, count: int) -> None:
    world.consume([ticket_event(f"t{n:03}", 1, "words", number=f"INC-{n}") for n in range(count)])


def phase(upkeep: Upkeep) -> str:
    found = upkeep.jobs.latest("rebuild")
    assert found
    return found.phase


class TestRebuild:
    def test_the_old_index_answers_until_the_new_one_is_complete(self, upkeep: Upkeep, writer: FakeWriter) -> None:
        old = writer.indices().current
        begun = rebuild.begin(upkeep.ports)
        assert (begun.total, begun.done) == (200, 0)
        seen = []
        while phase(upkeep) in ("filling", "swapping"):
            assert (writer.indices().current, len(writer.documents)) == (old, 200)
            upkeep.work()
            seen.append(len(writer.held[begun.id].documents))
        assert seen == [0, 100, 200, 200, 200]
        assert (writer.indices().current, set(writer.held)) == (begun.id, {old, begun.id})
        assert not upkeep.work()
        upkeep.clock.forward(GRACE.total_seconds())
        assert upkeep.work()
        assert (phase(upkeep), set(writer.held)) == ("done", {begun.id})

    def test_changes_during_a_rebuild_are_in_both_indices(
        self, memory_world: World, upkeep: Upkeep, writer: FakeWriter
    ) -> None:
        new = rebuild.begin(upkeep.ports).id
        upkeep.work()
        upkeep.work()
        changed = [ticket_event("t000", 2, title="Passed"), ticket_event("t199", 2, title="Not reached")]
        memory_world.consume([*changed, ticket_event("s", 1, title="Before it")])
        upkeep.indexer.turn()
        for held in (writer.documents, writer.held[new].documents):
            assert held["ticket:t000"]["title"] == "Passed"
            assert held["ticket:t199"]["title"] == "Not reached"
            assert "ticket:s" in held
        upkeep.settle()
        assert (writer.indices().current, len(writer.documents)) == (new, 201)
        assert writer.documents["ticket:t199"]["title"] == "Not reached"

    def test_an_outage_in_the_middle_delays_it(self, upkeep: Upkeep, writer: FakeWriter) -> None:
        rebuild.begin(upkeep.ports)
        upkeep.work()
        upkeep.work()
        writer.down = True
        with pytest.raises(IndexUnavailable):
            upkeep.work()
        writer.down = False
        assert not upkeep.work()
        upkeep.clock.forward(6)
        upkeep.finish()
        assert (phase(upkeep), len(writer.documents)) == ("done", 200)

    @pytest.mark.parametrize("turns", [1, 2, 4])
    def test_a_new_index_that_is_lost_is_filled_from_the_start(
        self, upkeep: Upkeep, writer: FakeWriter, turns: int
    ) -> None:
        new = rebuild.begin(upkeep.ports).id
        for _ in range(turns):
            upkeep.work()
        del writer.held[new], writer.names["next"]
        upkeep.settle()
        assert (writer.indices().current, len(writer.documents)) == (new, 200)

    def test_it_waits_for_tickets_that_are_being_replayed(
        self, memory_world: World, upkeep: Upkeep, writer: FakeWriter
    ) -> None:
        memory_world.documents.forget_tickets("", 1000)
        new = rebuild.begin(upkeep.ports).id
        while phase(upkeep) != "waiting":
            upkeep.work()
        assert not upkeep.work()
        assert len(writer.documents) == 200
        hear(memory_world, 150)
        memory_world.consume([replay_finished()])
        upkeep.settle()
        assert (writer.indices().current, len(writer.documents)) == (new, 150)


class TestReplay:
    def test_stubs_first_then_events_then_done(self, memory_world: World, upkeep: Upkeep) -> None:
        asked: list[Event] = []
        heard = iter([False, True])

        def publish(event: Event) -> bool:
            asked.append(event)
            return next(heard)

        memory_world.write(title="Stays", body="as it is")
        jobs = upkeep.jobs
        ports = replace(upkeep.ports, publish=publish, index=None)
        begun = replay.begin(ports)
        while worker.turn(ports):
            pass
        assert worker.turn(ports)
        assert [(event.type, event.id) for event in asked] == [("replay.requested.v1", begun.id)] * 2
        assert memory_world.documents.awaited() == 200
        hear(memory_world, 150)
        worker.turn(ports)
        found = jobs.latest("replay")
        assert found
        assert (found.phase, found.done, found.total) == ("replaying", 150, 200)
        memory_world.consume([replay_finished()])
        worker.turn(ports)
        found = jobs.latest("replay")
        assert found
        assert (found.phase, found.done) == ("done", 200)


def test_a_worker_pauses_as_long_as_it_works(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise concurrent searches would have to wait for the job."""
    waits: list[float] = []

    class Ending(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            return len(waits) == 3

    def slow(_: Ports, job: Job) -> Job:
        sleep(0.05)
        return replace(job, done=job.done + 1)

    rebuild.begin(upkeep.ports)
    monkeypatch.setattr(worker, "STEPS", {"rebuild": slow})
    worker.run(upkeep.ports, Ending())
    assert waits[0] == worker.PAUSE
    assert min(waits[1:]) >= 0.05
