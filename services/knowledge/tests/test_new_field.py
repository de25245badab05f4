"""A release with a new field, `location`, works with an index, documents and a log of the previous release."""

from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pymongo.database import Database

from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.mapping import FIELDS, mappings, source
from knowledge.adapters.job import MongoJobs
from knowledge.domain.document import Document
from trackline_schemas.events import Event
from trackline_schemas.fields import Field, filter_types
from trackline_schemas.filters import Condition, Not

from .fake_index import FakeJobs, FakeWriter
from .fakes import FakeClock
from .samples import AGENT, ticket_event
from .upkeep import Upkeep
from .world import World

NEW = "location"
BEFORE = {name: field for name, field in FIELDS.items() if name != NEW}
HERE = Condition(field=NEW, op="eq", value="Building Seven")
SET = Condition(field=NEW, op="is_set", value=True)


def old_event(number: int) -> Event:
    """Returns an event as the previous release logged it."""
    event = ticket_event(f"t{number}", 1, "The modem hums", number=f"INC-{number}")
    del event.data["ticket"][NEW]
    return event


def fill(world: World, store: Database[Document], writer: ElasticWriter, clock: FakeClock) -> None:
    """Creates the index and the documents of the previous release."""
    world.consume([old_event(1), old_event(2)])
    store["search_documents"].update_many({}, {"$unset": {NEW: "", "keywords": ""}})
    upkeep = Upkeep(world.ports, writer, MongoJobs(store), clock)
    upkeep.settle()
    upkeep.finish()


def index_of(elastic: Elasticsearch, alias: str) -> str:
    [index] = elastic.indices.get_alias(name=alias)
    return index


def test_an_index_in_use_takes_the_field_without_a_rebuild(
    elastic_world: World, store: Database[Document], elastic: Elasticsearch, alias: str, clock: FakeClock
) -> None:
    fill(elastic_world, store, ElasticWriter(elastic, alias, BEFORE), clock)
    elastic.indices.refresh(index=alias)
    index = index_of(elastic, alias)
    assert NEW not in elastic.indices.get_mapping(index=index)[index]["mappings"]["properties"]
    begun = MongoJobs(store).latest("rebuild")

    assert set(elastic_world.found("modem", AGENT)) == {"INC-1", "INC-2"}
    elastic_world.hear(ticket_event("t3", 1, "The modem is dead", number="INC-3", **{NEW: "Building Seven"}))
    elastic_world.hear(ticket_event("t2", 2, number="INC-2", **{NEW: "Building Eight"}))

    assert set(elastic_world.found("modem", AGENT)) == {"INC-1", "INC-2", "INC-3"}
    assert elastic_world.found("modem", AGENT, filter=HERE) == ["INC-3"]
    assert elastic_world.found("modem", AGENT, filter=Not(filter=SET)) == ["INC-1"]
    assert elastic_world.found("seven", AGENT) == ["INC-3"]
    assert index_of(elastic, alias) == index
    assert MongoJobs(store).latest("rebuild") == begun


def test_an_index_that_cannot_take_the_field_is_rebuilt(
    elastic_world: World, store: Database[Document], elastic: Elasticsearch, alias: str, clock: FakeClock
) -> None:
    fill(elastic_world, store, ElasticWriter(elastic, alias, {**BEFORE, NEW: Field(type="number")}), clock)
    index = index_of(elastic, alias)
    elastic_world.hear(ticket_event("t3", 1, "The modem is dead", number="INC-3", **{NEW: "Building Seven"}))
    assert index_of(elastic, alias) != index
    assert set(elastic_world.found("modem", AGENT)) == {"INC-1", "INC-2", "INC-3"}
    assert elastic_world.found("modem", AGENT, filter=HERE) == ["INC-3"]


def test_without_elasticsearch_old_documents_have_no_value(mongo_world: World, store: Database[Document]) -> None:
    mongo_world.hear(old_event(1), old_event(2))
    store["search_documents"].update_many({}, {"$unset": {NEW: "", "keywords": ""}})
    mongo_world.hear(ticket_event("t3", 1, "The modem is dead", number="INC-3", **{NEW: "Building Seven"}))
    assert mongo_world.found("modem", AGENT, filter=HERE) == ["INC-3"]
    assert mongo_world.found("seven", AGENT) == ["INC-3"]
    assert set(mongo_world.found("modem", AGENT, filter=Not(filter=SET))) == {"INC-1", "INC-2"}


def test_nothing_is_sent_to_an_index_before_it_was_extended(memory_world: World) -> None:
    writer = FakeWriter()
    upkeep = Upkeep(memory_world.ports, writer, FakeJobs(), memory_world.clock)
    memory_world.consume([old_event(1)])
    upkeep.settle()
    upkeep.finish()
    [name] = writer.held
    writer.stale, writer.extended = {name}, []
    again = Upkeep(memory_world.ports, writer, FakeJobs(), memory_world.clock)
    again.indexer.turn()
    assert writer.extended[0] == name
    again.settle()
    again.finish()
    assert writer.held.keys() != {name}
    assert set(writer.documents) == {"ticket:t1"}


@pytest.mark.parametrize(
    ("type_", "mapped", "value"),
    [("keyword", "keyword", "B7"), ("keywords", "keyword", ["B7"]), ("number", "long", 7), ("date", "date", None)],
)
def test_a_field_defined_at_run_time_has_a_mapping(type_: Any, mapped: str, value: object) -> None:
    fields = {**FIELDS, "building": Field(type=type_, label="Building")}
    assert mappings(fields)["properties"]["building"] == {"type": mapped}
    document = {"_id": "ticket:t1", "rev": 1, "type": "ticket", "title": "Modem", "building": value}
    assert source(document, filter_types(fields))["building"] == value
    assert "building" not in source(document)
