import os
from collections.abc import Iterator
from datetime import UTC
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from bson.codec_options import CodecOptions
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from pymongo.database import Database

from knowledge.adapters.article import MongoArticles
from knowledge.adapters.document import MongoDocuments
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.adapters.job import MongoJobs
from knowledge.adapters.search import MongoSearch
from knowledge.adapters.team import MongoTeams
from knowledge.domain.document import Document
from trackline_schemas.events import Event

from .fakes import FakeArticles, FakeClock, FakeDocuments, FakeIndex, FakeTeams
from .running import Running
from .samples import START, team_event
from .switch import Switch
from .upkeep import Upkeep, drop_indices
from .world import World


def server(name: str) -> str:
    url = os.environ.get(name)
    if url is None:
        pytest.skip(f"{name} is not set: run make test")
    return url


@pytest.fixture(scope="session")
def mongo() -> Iterator[Database[Document]]:
    with MongoClient[Document](server("TRACKLINE_TEST_MONGODB_URL"), serverSelectionTimeoutMS=5000) as client:
        options = CodecOptions[Document](tz_aware=True, tzinfo=UTC)
        database = client.get_database(f"test_knowledge_{uuid4().hex[:8]}", codec_options=options)
        MongoArticles(database).prepare()
        MongoDocuments(database).prepare()
        yield database
        client.drop_database(database.name)


@pytest.fixture
def store(mongo: Database[Document]) -> Database[Document]:
    for name in mongo.list_collection_names():
        mongo[name].delete_many({})
    return mongo


@pytest.fixture(scope="session")
def elastic_url() -> str:
    return server("TRACKLINE_TEST_ELASTICSEARCH_URL")


@pytest.fixture(scope="session")
def elastic(elastic_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elastic_url, request_timeout=20, max_retries=0) as client:
        yield client


@pytest.fixture
def alias(elastic: Elasticsearch) -> Iterator[str]:
    name = f"test-knowledge-{uuid4().hex[:8]}-search"
    yield name
    drop_indices(elastic, name)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def memory_world(clock: FakeClock) -> World:
    documents = FakeDocuments()
    return World(
        "memory",
        clock,
        documents,
        FakeArticles(),
        FakeTeams(),
        FakeIndex(documents),
        settle=lambda: None,
    )


@pytest.fixture
def mongo_world(store: Database[Document], clock: FakeClock) -> World:
    return World(
        "mongo",
        clock,
        MongoDocuments(store),
        MongoArticles(store),
        MongoTeams(store, clock.monotonic),
        MongoSearch(store),
        settle=lambda: None,
    )


@pytest.fixture
def elastic_world(store: Database[Document], elastic: Elasticsearch, alias: str, clock: FakeClock) -> World:
    def settle() -> None:
        upkeep.settle()
        elastic.indices.refresh(index=alias)

    teams = MongoTeams(store, clock.monotonic)
    articles, index = MongoArticles(store), ElasticSearch(elastic, alias)
    world = World("elastic", clock, MongoDocuments(store), articles, teams, index, settle)
    upkeep = Upkeep(world.ports, ElasticWriter(elastic, alias), MongoJobs(store), clock)
    return world


@pytest.fixture(params=["memory", "mongo", "elastic"])
def world(request: pytest.FixtureRequest) -> World:
    """One world for each search index. With "elastic", the other stores are those of "mongo"."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.fixture(params=["memory", "mongo"])
def stores(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.fixture
def replicas(store: Database[Document], elastic: Elasticsearch, elastic_url: str) -> Iterator[list[Running]]:
    """Two replicas. Most tests only use the first one."""
    address = urlsplit(elastic_url)
    assert address.hostname
    assert address.port
    switch = Switch(address.hostname, address.port)
    prefix = f"test-knowledge-{uuid4().hex[:8]}"
    asked: list[Event] = []
    both = [Running(store, switch, prefix, asked) for _ in range(2)]
    both[0].hear(team_event("network", 1, False))
    yield both
    for replica in both:
        replica.end()
    switch.off()
    drop_indices(elastic, both[0].alias)


@pytest.fixture
def running(replicas: list[Running]) -> Running:
    return replicas[0]
