import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pymongo.database import Database

from trackline_chassis.mongo import Document, database
from trackline_chassis.settings import ChassisSettings

from .world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def settings() -> ChassisSettings:
    return ChassisSettings(
        mongodb_url=os.environ["TRACKLINE_TEST_MONGODB_URL"],
        database_prefix=f"test_{uuid4().hex[:8]}",
        sweep_seconds=0.1,
        sweep_age_seconds=0.3,
    )


@pytest.fixture(scope="session")
def client_database(settings: ChassisSettings) -> Iterator[Database[Document]]:
    found = database(settings, "tickets")
    yield found
    found.client.drop_database(found.name)
    found.client.close()


@pytest.fixture
def store(client_database: Database[Document]) -> Database[Document]:
    """An empty database with its indexes. Creating them for each test would take longer than all tests."""
    for name in client_database.list_collection_names():
        client_database[name].delete_many({})
    return client_database
