import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient


@pytest.fixture
def backends() -> Iterator[dict[str, str]]:
    """Settings of one process: a virtual host, databases and an index of its own on the test servers."""
    if "TRACKLINE_TEST_AMQP_URL" not in os.environ:
        pytest.skip("TRACKLINE_TEST_AMQP_URL is not set: run make test")
    name = f"deploy{uuid4().hex[:8]}"
    host = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"].rstrip("/") + f"/api/vhosts/{name}"
    mongodb = os.environ["TRACKLINE_TEST_MONGODB_URL"]
    httpx.put(host, timeout=30).raise_for_status()
    yield {
        "TRACKLINE_AMQP_URL": os.environ["TRACKLINE_TEST_AMQP_URL"].rstrip("/") + f"/{name}",
        "TRACKLINE_MONGODB_URL": mongodb,
        "TRACKLINE_ELASTICSEARCH_URL": os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"],
        "TRACKLINE_DATABASE_PREFIX": name,
        "TRACKLINE_INDEX_PREFIX": name,
    }
    httpx.delete(host, timeout=30).raise_for_status()
    with MongoClient[dict[str, Any]](mongodb, serverSelectionTimeoutMS=5000) as client:
        for database in client.list_database_names():
            if database.startswith(name):
                client.drop_database(database)
