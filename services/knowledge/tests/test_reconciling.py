"""Reconciliation finds and repairs differences, with the fake index and with Elasticsearch."""

from collections.abc import Callable
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pymongo.database import Database

from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.job import MongoJobs
from knowledge.domain.document import Document
from knowledge.usecases import reconcile
from knowledge.usecases.ports import IndexMissing

from .fake_index import FakeJobs, FakeWriter
from .samples import ADMIN, purge_event, ticket_event
from .upkeep import Upkeep
from .world import World

COUNT = 12


def run(upkeep: Upkeep, *, dry_run: bool = False) -> tuple[int, int, int]:
    """Returns the numbers of (missing, stale, orphaned) documents."""
    reconcile.begin(upkeep.ports, dry_run=dry_run)
    upkeep.finish()
    job = upkeep.jobs.latest("reconcile")
    assert job
    assert job.phase == "done"
    return job.missing, job.stale, job.orphaned


Kept = tuple[World, Upkeep]


def filled(world: World, upkeep: Upkeep) -> Kept:
    world.consume([ticket_event(f"t{n:02}", 1, "words", number=f"INC-{n}") for n in range(COUNT)])
    upkeep.settle()
    upkeep.finish()
    return world, upkeep


@pytest.fixture(autouse=True)
def _several_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "AT_ONCE", 5)


@pytest.fixture
def in_memory(memory_world: World) -> Kept:
    return filled(memory_world, Upkeep(memory_world.ports, FakeWriter(), FakeJobs(), memory_world.clock))


@pytest.fixture
def in_elastic(elastic_world: World, store: Database[Document], elastic: Elasticsearch, alias: str) -> Kept:
    jobs, writer = MongoJobs(store), ElasticWriter(elastic, alias)
    return filled(elastic_world, Upkeep(elastic_world.ports, writer, jobs, elastic_world.clock))


@pytest.fixture(params=["in_memory", "in_elastic"])
def kept(request: pytest.FixtureRequest) -> Kept:
    found: Kept = request.getfixturevalue(request.param)
    return found


def test_without_differences_nothing_is_changed(kept: Kept) -> None:
    world, upkeep = kept
    world.consume([purge_event("t03", 2), ticket_event("t04", 2, "waits for the index")])
    assert run(upkeep) == (0, 0, 0)
    assert upkeep.ports.documents.counts().dirty == 2
    job = upkeep.jobs.latest("reconcile")
    assert job
    assert (job.done, job.total) == (COUNT, COUNT)
    upkeep.settle()
    assert run(upkeep) == (0, 0, 0)
    assert upkeep.ports.documents.counts().dirty == 0


def test_documents_that_only_one_side_has_are_repaired(kept: Kept) -> None:
    world, upkeep = kept
    [known] = world.documents.after("ticket:t00", 1)
    upkeep.writer.send([{"_id": "ticket:t01", "rev": 2}, {"_id": "ticket:t11", "rev": 3}], "current")
    upkeep.writer.send([known | {"_id": key, "rev": 4} for key in ("article:x", "ticket:z")], "current")
    upkeep.writer.send([known | {"_id": "ticket:t05", "rev": 9}], "current")
    _visible(upkeep)
    assert run(upkeep, dry_run=True) == (2, 1, 2)
    assert run(upkeep, dry_run=True) == (2, 1, 2)
    assert run(upkeep) == (2, 1, 2)
    upkeep.settle()
    _visible(upkeep)
    assert run(upkeep) == (0, 0, 0)
    assert list(upkeep.writer.versions("", 100)) == [f"ticket:t{n:02}" for n in range(COUNT)]


def test_a_ticket_that_is_gone_and_one_that_is_being_replayed(kept: Kept) -> None:
    world, upkeep = kept
    world.consume([purge_event("t02", 2)])
    upkeep.settle()
    [known] = world.documents.after("ticket:t00", 1)
    upkeep.writer.send([known | {"_id": "ticket:t02", "rev": 9}], "current")
    _visible(upkeep)
    world.documents.forget_tickets("ticket:t07", 2)
    assert run(upkeep) == (0, 0, 1)
    upkeep.settle()
    _visible(upkeep)
    assert run(upkeep) == (0, 0, 0)
    assert "ticket:t02" not in upkeep.writer.versions("", 100)
    assert "ticket:t08" in upkeep.writer.versions("", 100)


def test_without_an_index_it_waits(in_memory: Kept) -> None:
    _, upkeep = in_memory
    assert isinstance(upkeep.writer, FakeWriter)
    upkeep.writer.lose()
    reconcile.begin(upkeep.ports, dry_run=False)
    with pytest.raises(IndexMissing):
        upkeep.work()
    upkeep.settle()
    upkeep.clock.forward(6)
    upkeep.finish()
    assert run(upkeep) == (0, 0, 0)


Meddling = Callable[[Elasticsearch, str], Any]


@pytest.mark.parametrize(
    ("meddle", "expected"),
    [
        (lambda elastic, alias: elastic.delete(index=alias, id="ticket:t03"), (1, 0, 0)),
        (lambda elastic, alias: elastic.update(index=alias, id="ticket:t03", doc={"title": "spoilt"}), (0, 1, 0)),
        (lambda elastic, alias: elastic.index(index=alias, id="ticket:y", document={"title": "made up"}), (0, 0, 1)),
        (lambda elastic, alias: elastic.index(index=alias, id="ticket:t03", document={"title": "up"}), (0, 1, 0)),
    ],
    ids=["deleted", "changed", "added", "overwritten"],
)
def test_changes_from_outside_are_repaired(
    in_elastic: Kept, elastic: Elasticsearch, alias: str, meddle: Meddling, expected: tuple[int, int, int]
) -> None:
    world, upkeep = in_elastic
    meddle(elastic, alias)
    _visible(upkeep)
    assert run(upkeep) == expected
    world.settle()
    assert run(upkeep) == (0, 0, 0)
    assert len(world.found("printer", ADMIN)) == COUNT


def test_a_change_between_the_two_reads_is_no_difference(kept: Kept) -> None:
    world, upkeep = kept
    states = world.documents.states

    def overtaken(*, after: str, limit: int) -> Any:
        found = states(after=after, limit=limit)
        world.documents.states = states  # type: ignore[method-assign]
        world.consume([ticket_event("t00", 2, title="Newer"), ticket_event("t001", 1, number="INC-99")])
        upkeep.indexer.turn()
        _visible(upkeep)
        return found

    world.documents.states = overtaken  # type: ignore[method-assign]
    assert run(upkeep)[:2] == (0, 0)
    assert "ticket:t001" in upkeep.writer.versions("", 100)


def _visible(upkeep: Upkeep) -> None:
    if isinstance(upkeep.writer, ElasticWriter):
        upkeep.writer._client.indices.refresh(index="_all")
