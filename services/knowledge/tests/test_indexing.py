"""The indexer, with an index in memory and with Elasticsearch."""

from collections.abc import Callable

import pytest
from elasticsearch import Elasticsearch

from knowledge.adapters.elastic_writer import ElasticWriter
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.indexing import AT_ONCE, PAUSE, Indexer
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, IndexWriter, Sent

from .fakes import FakeWriter
from .samples import ADMIN, AGENT, ticket_event
from .world import World

Made = Callable[[int], dict[str, object]]


@pytest.fixture
def writer() -> FakeWriter:
    return FakeWriter()


@pytest.fixture
def breaker(memory_world: World) -> Breaker:
    return Breaker(memory_world.clock.monotonic)


@pytest.fixture
def indexer(memory_world: World, writer: FakeWriter, breaker: Breaker) -> Indexer:
    return Indexer(memory_world.projection, writer, breaker, memory_world.clock)


def hear(world: World, count: int, start: int = 0) -> None:
    world.projector.consume(
        [ticket_event(f"t{n}", 1, f"words {n}", number=f"INC-{n}") for n in range(start, start + count)]
    )


class TestWithMemory:
    def test_dirty_documents_reach_the_index_and_are_clean_then(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 3)
        assert indexer.turn() == PAUSE
        assert set(writer.documents) == {"ticket:t0", "ticket:t1", "ticket:t2"}
        assert memory_world.projection.counts().dirty == 0
        assert writer.current == "ready"

    def test_a_backlog_is_sent_without_a_pause_and_published_at_its_end(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, AT_ONCE + 1)
        assert indexer.turn() == 0
        assert writer.current == "filling"
        assert indexer.turn() == PAUSE
        assert (writer.current, len(writer.documents)) == ("ready", AT_ONCE + 1)

    def test_an_outage_loses_nothing(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter, breaker: Breaker
    ) -> None:
        indexer.turn()
        writer.down = True
        hear(memory_world, 4)
        with pytest.raises(IndexUnavailable):
            indexer.turn()
        assert memory_world.projection.counts().dirty == 4
        assert breaker.open
        writer.down = False
        indexer.turn()
        assert memory_world.projection.counts().dirty == 0
        assert len(writer.documents) == 4
        assert not breaker.open

    def test_a_lost_index_is_made_anew_with_everything(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 3)
        indexer.turn()
        writer.lose()
        hear(memory_world, 1, start=3)
        with pytest.raises(IndexMissing):
            indexer.turn()
        indexer.turn()
        assert (len(writer.documents), writer.current) == (4, "ready")

    def test_a_lost_index_is_noticed_without_anything_to_send(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 3)
        indexer.turn()
        writer.lose()
        for _ in range(10):
            indexer.turn()
        assert (len(writer.documents), writer.current) == (3, "ready")

    def test_a_crash_between_marking_and_creating_is_made_good(
        self, memory_world: World, breaker: Breaker, writer: FakeWriter
    ) -> None:
        hear(memory_world, 2)
        memory_world.projection.clear({"ticket:t0": 1, "ticket:t1": 1})
        create = writer.create

        def start() -> Indexer:
            return Indexer(memory_world.projection, writer, breaker, memory_world.clock)

        def crash() -> None:
            raise IndexUnavailable("killed")

        writer.create = crash  # type: ignore[method-assign]
        with pytest.raises(IndexUnavailable):
            start().turn()
        writer.create = create  # type: ignore[method-assign]
        start().turn()
        assert len(writer.documents) == 2

    def test_a_change_while_it_is_sent_is_sent_again(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 1)
        indexer.turn()
        memory_world.projector.consume([ticket_event("t0", 2, title="Second")])
        send = writer.send

        def overtaken(documents: object) -> Sent:
            writer.send = send  # type: ignore[method-assign]
            memory_world.projector.consume([ticket_event("t0", 3, title="Third")])
            return send(documents)  # type: ignore[arg-type]

        writer.send = overtaken  # type: ignore[method-assign]
        indexer.turn()
        assert memory_world.projection.counts().dirty == 1
        indexer.turn()
        assert writer.documents["ticket:t0"]["title"] == "Third"

    def test_what_the_index_refuses_does_not_hold_up_the_rest(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 1)
        writer.send = lambda documents: Sent({}, {"ticket:t0": (2, "mapping")})  # type: ignore[method-assign]
        indexer.turn()
        assert memory_world.projection.counts().dirty == 0
        assert memory_world.projection.load(["ticket:t0"])["ticket:t0"]["refused"] == "mapping"

    def test_an_index_that_takes_nothing_is_left_in_peace_for_a_while(
        self, memory_world: World, indexer: Indexer, writer: FakeWriter
    ) -> None:
        hear(memory_world, 1)
        writer.send = lambda documents: Sent({})  # type: ignore[method-assign]
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
    made = memory_world.projection.load(["ticket:t0"])["ticket:t0"]
    return lambda rev: made | {"rev": rev}


class TestWriter:
    def test_its_states(self, any_writer: IndexWriter) -> None:
        assert any_writer.state() == "missing"
        any_writer.create()
        any_writer.create()
        assert any_writer.state() == "filling"
        any_writer.publish()
        assert any_writer.state() == "ready"

    def test_writing_to_a_missing_index_does_not_make_one(self, any_writer: IndexWriter, document: Made) -> None:
        with pytest.raises(IndexMissing):
            any_writer.send([document(1)])
        assert any_writer.state() == "missing"

    def test_an_older_or_repeated_revision_counts_as_taken(self, any_writer: IndexWriter, document: Made) -> None:
        any_writer.create()
        assert any_writer.send([document(5)]).taken == {"ticket:t0": 5}
        assert any_writer.send([document(4)]).taken == {"ticket:t0": 4}
        assert any_writer.send([document(5)]).taken == {"ticket:t0": 5}

    def test_a_stub_is_deleted_even_where_it_never_was(self, any_writer: IndexWriter) -> None:
        any_writer.create()
        assert any_writer.send([{"_id": "ticket:x", "rev": 3, "sequence": 0}]).taken == {"ticket:x": 3}


class TestWithElasticsearch:
    def test_the_highest_revision_stays(
        self,
        elastic: Elasticsearch,
        elastic_writer: ElasticWriter,
        alias: str,
        document: Made,
    ) -> None:
        elastic_writer.create()
        elastic_writer.send([document(5) | {"title": "newer"}])
        elastic_writer.send([document(4) | {"title": "older"}])
        stored = elastic.get(index=f"{alias}-write", id="ticket:t0")
        assert (stored["_source"]["title"], stored["_version"]) == ("newer", 5)

    def test_a_field_that_the_mapping_lacks_or_cannot_take_is_refused(
        self, elastic_writer: ElasticWriter, document: Made
    ) -> None:
        elastic_writer.create()
        sent = elastic_writer.send([document(1) | {"impact": "high"}])
        assert sent.taken == {}
        assert "impact" in sent.refused["ticket:t0"][1]

    def test_a_deleted_index_comes_back_with_everything(
        self, elastic_world: World, elastic: Elasticsearch, alias: str
    ) -> None:
        hear(elastic_world, 3)
        elastic_world.settle()
        elastic.indices.delete(index=f"{alias}-1")
        hear(elastic_world, 1, start=3)
        with pytest.raises(IndexMissing):
            elastic_world.settle()
        elastic_world.settle()
        assert set(elastic_world.found("words", AGENT)) == {f"INC-{n}" for n in range(4)}

    def test_rebuilt_tickets_replace_the_old_ones_in_the_index(self, elastic_world: World) -> None:
        events = [ticket_event("t", 1, "before", title="One"), ticket_event("t", 2, "after", title="Two")]
        ghost = ticket_event("ghost", 1, "not in the log", number="INC-666")
        elastic_world.hear(*events, ghost)
        elastic_world.projection.forget_tickets()
        elastic_world.settle()
        assert set(elastic_world.found("", ADMIN)) == {"INC-1042", "INC-666"}
        elastic_world.hear(*events)
        assert elastic_world.found("after", ADMIN) == ["INC-1042"]
        elastic_world.projection.dirty_stubs(elastic_world.clock())
        elastic_world.settle()
        assert elastic_world.found("", ADMIN) == ["INC-1042"]
