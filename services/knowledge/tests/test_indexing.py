"""The indexer, with an index in memory and with Elasticsearch."""

from collections.abc import Callable
from typing import get_args

import pytest
from elasticsearch import Elasticsearch

from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.indexer import AT_ONCE, PAUSE, TURNS_BETWEEN_LOOKS, Indexer
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, IndexWriter, Indices, Sent, Target

from .fake_index import FakeJobs, FakeWriter
from .samples import ADMIN, AGENT, ticket_event
from .upkeep import Upkeep, drop_indices
from .world import World

Made = Callable[[int], dict[str, object]]


@pytest.fixture
def writer() -> FakeWriter:
    return FakeWriter()


@pytest.fixture
def upkeep(memory_world: World, writer: FakeWriter) -> Upkeep:
    """Jobs with an existing index."""
    made = Upkeep(memory_world.ports, writer, FakeJobs(), memory_world.clock)
    made.settle()
    return made


@pytest.fixture
def breaker(upkeep: Upkeep) -> Breaker:
    return upkeep.breaker


@pytest.fixture
def indexer(upkeep: Upkeep) -> Indexer:
    return upkeep.indexer


def hear(world: World, count: int, start: int = 0) -> None:
    world.consume([ticket_event(f"t{n}", 1, f"words {n}", number=f"INC-{n}") for n in range(start, start + count)])


class TestWithMemory:
    def test_dirty_documents_reach_the_index_and_are_clean_then(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 3)
        assert indexer.turn() == PAUSE
        assert set(writer.documents) == {"ticket:t0", "ticket:t1", "ticket:t2"}
        assert memory_world.documents.counts().dirty == 0

    def test_a_backlog_is_sent_without_a_pause(self, memory_world: World, indexer: Indexer, writer: FakeWriter) -> None:
        hear(memory_world, AT_ONCE + 1)
        assert indexer.turn() == 0
        assert indexer.turn() == PAUSE
        assert len(writer.documents) == AT_ONCE + 1

    def test_an_index_answers_only_once_it_is_complete(self, memory_world: World, writer: FakeWriter) -> None:
        hear(memory_world, 3)
        upkeep = Upkeep(memory_world.ports, writer, FakeJobs(), memory_world.clock)
        assert upkeep.indexer.turn() == PAUSE
        assert writer.indices() == Indices()
        upkeep.work()
        assert writer.indices().current is None
        upkeep.settle()
        assert set(writer.documents) == {"ticket:t0", "ticket:t1", "ticket:t2"}

    def test_an_outage_loses_nothing(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter, breaker: Breaker
    ) -> None:
        writer.down = True
        hear(memory_world, 4)
        with pytest.raises(IndexUnavailable):
            indexer.turn()
        assert memory_world.documents.counts().dirty == 4
        assert breaker.open
        writer.down = False
        indexer.turn()
        assert memory_world.documents.counts().dirty == 0
        assert len(writer.documents) == 4
        assert not breaker.open

    def test_without_requests_the_breaker_does_not_change(self, upkeep: Upkeep, writer: FakeWriter) -> None:
        upkeep.indexer.turn()
        upkeep.breaker.record_failure()
        writer.down = True
        for _ in range(TURNS_BETWEEN_LOOKS // 2):
            upkeep.indexer.turn()
        assert upkeep.breaker.open

    def test_a_lost_index_is_rebuilt(self, memory_world: World, upkeep: Upkeep, writer: FakeWriter) -> None:
        hear(memory_world, 3)
        upkeep.indexer.turn()
        upkeep.finish()
        writer.lose()
        hear(memory_world, 1, start=3)
        upkeep.settle()
        assert len(writer.documents) == 4

    def test_a_lost_index_is_noticed_without_anything_to_send(
        self, memory_world: World, upkeep: Upkeep, writer: FakeWriter
    ) -> None:
        hear(memory_world, 3)
        upkeep.indexer.turn()
        upkeep.finish()
        writer.lose()
        upkeep.settle()
        assert len(writer.documents) == 3

    def test_a_change_while_it_is_sent_is_sent_again(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 1)
        indexer.turn()
        memory_world.consume([ticket_event("t0", 2, title="Second")])
        send = writer.send

        def overtaken(documents: object, to: Target) -> Sent:
            writer.send = send  # type: ignore[method-assign]
            memory_world.consume([ticket_event("t0", 3, title="Third")])
            return send(documents, to)  # type: ignore[arg-type]

        writer.send = overtaken  # type: ignore[method-assign]
        indexer.turn()
        assert memory_world.documents.counts().dirty == 1
        indexer.turn()
        assert writer.documents["ticket:t0"]["title"] == "Third"

    def test_a_refused_document_does_not_delay_the_others(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 1)
        writer.send = lambda documents, to: Sent({}, {"ticket:t0": (1, "mapping")})  # type: ignore[method-assign]
        indexer.turn()
        assert memory_world.documents.counts().dirty == 0
        assert memory_world.documents.load(["ticket:t0"])["ticket:t0"]["refused"] == "mapping"

    def test_the_indexer_pauses_if_the_index_takes_nothing(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 1)
        writer.send = lambda documents, to: Sent({})  # type: ignore[method-assign]
        with pytest.raises(IndexUnavailable):
            indexer.turn()


@pytest.fixture(params=["memory", "elastic"])
def any_writer(request: pytest.FixtureRequest) -> IndexWriter:
    name = "writer" if request.param == "memory" else "elastic_writer"
    found: IndexWriter = request.getfixturevalue(name)
    return found


@pytest.fixture
def elastic_writer(elastic: Elasticsearch, alias: str) -> ElasticWriter:
    return ElasticWriter(elastic, alias)


@pytest.fixture
def document(memory_world: World) -> Made:
    hear(memory_world, 1)
    made = memory_world.documents.load(["ticket:t0"])["ticket:t0"]
    return lambda rev: made | {"rev": rev}


class TestWriter:
    def test_the_next_index_replaces_the_current_one(self, any_writer: IndexWriter, document: Made) -> None:
        assert any_writer.indices() == Indices()
        for name in ("a", "b"):
            any_writer.create(name)
            any_writer.create(name)
            assert any_writer.indices().next == name
            any_writer.swap(name)
            any_writer.swap(name)
            assert any_writer.indices() == Indices(current=name)
        any_writer.send([document(5)], "current")
        assert any_writer.versions_of(["ticket:t0", "ticket:x"]) == {"ticket:t0": 5}
        any_writer.remove("a")
        any_writer.remove("a")
        assert any_writer.indices() == Indices(current="b")

    def test_writing_and_swapping_do_not_create_an_index(self, any_writer: IndexWriter, document: Made) -> None:
        for target in get_args(Target):
            with pytest.raises(IndexMissing):
                any_writer.send([document(1)], target)
        with pytest.raises(IndexMissing):
            any_writer.swap("a")
        with pytest.raises(IndexMissing):
            any_writer.versions("", 10)
        assert any_writer.indices() == Indices()

    def test_an_older_or_repeated_revision_counts_as_taken(self, any_writer: IndexWriter, document: Made) -> None:
        any_writer.create("a")
        for rev in (5, 4, 5):
            assert any_writer.send([document(rev)], "next").taken == {"ticket:t0": rev}

    def test_a_stub_without_a_document_counts_as_deleted(self, any_writer: IndexWriter) -> None:
        any_writer.create("a")
        assert any_writer.send([{"_id": "ticket:x", "rev": 3, "sequence": 0}], "next").taken == {"ticket:x": 3}

    def test_versions_are_ordered_by_key(self, any_writer: IndexWriter, document: Made) -> None:
        any_writer.create("a")
        keys = ["ticket:Z", "ticket:a", "ticket:ä", "article:9"]
        any_writer.send([document(rev + 1) | {"_id": key} for rev, key in enumerate(keys)], "next")
        any_writer.swap("a")
        assert list(any_writer.versions("", 3).items()) == [("article:9", 4), ("ticket:Z", 1), ("ticket:a", 2)]
        assert any_writer.versions("ticket:a", 3) == {"ticket:ä": 3}


class TestWithElasticsearch:
    def test_the_highest_revision_stays(
        self,
        elastic: Elasticsearch,
        elastic_writer: ElasticWriter,
        alias: str,
        document: Made,
    ) -> None:
        elastic_writer.create("a")
        elastic_writer.send([document(5) | {"title": "newer"}], "next")
        elastic_writer.send([document(4) | {"title": "older"}], "next")
        stored = elastic.get(index=f"{alias}-next", id="ticket:t0")
        assert (stored["_source"]["title"], stored["_version"]) == ("newer", 5)

    def test_a_field_that_the_mapping_lacks_or_cannot_take_is_refused(
        self, elastic_writer: ElasticWriter, document: Made
    ) -> None:
        elastic_writer.create("a")
        sent = elastic_writer.send([document(1) | {"impact": "high"}], "next")
        assert sent.taken == {}
        assert "impact" in sent.refused["ticket:t0"][1]

    def test_a_deleted_index_is_rebuilt(self, elastic_world: World, elastic: Elasticsearch, alias: str) -> None:
        hear(elastic_world, 3)
        elastic_world.settle()
        elastic_world.clock.forward(60)
        elastic_world.settle()
        drop_indices(elastic, alias)
        hear(elastic_world, 1, start=3)
        elastic_world.settle()
        assert set(elastic_world.found("words", AGENT)) == {f"INC-{n}" for n in range(4)}

    def test_rebuilt_tickets_replace_the_old_ones_in_the_index(self, elastic_world: World) -> None:
        events = [ticket_event("t", 1, "before", title="One"), ticket_event("t", 2, "after", title="Two")]
        ghost = ticket_event("ghost", 1, "not in the log", number="INC-666")
        elastic_world.hear(*events, ghost)
        elastic_world.documents.forget_tickets("", 100)
        elastic_world.settle()
        assert set(elastic_world.found("", ADMIN)) == {"INC-1042", "INC-666"}
        elastic_world.hear(*events)
        assert elastic_world.found("after", ADMIN) == ["INC-1042"]
        elastic_world.documents.dirty_stubs(elastic_world.clock())
        elastic_world.settle()
        assert elastic_world.found("", ADMIN) == ["INC-1042"]
