import os
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import uuid4

import pytest
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.database import Database

from analytics.adapters.fact import MongoFacts
from analytics.adapters.generation import MongoGenerations
from analytics.adapters.team import MongoTeams

from .fakes import FakeFacts, FakeGenerations, FakeTeams
from .plans import QueryLog
from .world import World


@pytest.fixture(scope="session")
def query_log() -> QueryLog:
    return QueryLog()


@pytest.fixture(scope="session")
def mongo(query_log: QueryLog) -> Iterator[Database[dict[str, Any]]]:
    url = os.environ.get("TRACKLINE_TEST_MONGODB_URL")
    if url is None:
        pytest.skip("TRACKLINE_TEST_MONGODB_URL is not set: run make test")
    with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000, event_listeners=[query_log]) as client:
        options = CodecOptions[dict[str, Any]](tz_aware=True, tzinfo=UTC)
        database = client.get_database(f"test_analytics_{uuid4().hex[:8]}", codec_options=options)
        yield database
        client.drop_database(database.name)


@pytest.fixture
def mongo_world(mongo: Database[dict[str, Any]], query_log: QueryLog) -> Iterator[World]:
    """Fails a test that sends a query without an index."""
    for name in mongo.list_collection_names():
        mongo.drop_collection(name)
    query_log.commands.clear()
    yield World(MongoFacts(mongo), MongoGenerations(mongo), MongoTeams(mongo))
    assert query_log.faults(mongo) == []


@pytest.fixture
def memory_world() -> World:
    return World(FakeFacts(), FakeGenerations(), FakeTeams())


@pytest.fixture(params=["memory", "mongo"])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found
