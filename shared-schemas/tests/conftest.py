import os
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import uuid4

import pytest
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.collection import Collection


@pytest.fixture(scope="session")
def collection() -> Iterator[Collection[dict[str, Any]]]:
    url = os.environ.get("TRACKLINE_TEST_MONGODB_URL")
    if url is None:
        pytest.skip("TRACKLINE_TEST_MONGODB_URL is not set: run make test")
    with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000) as client:
        options = CodecOptions[dict[str, Any]](tz_aware=True, tzinfo=UTC)
        database = client.get_database(f"test_schemas_{uuid4().hex[:8]}", codec_options=options)
        yield database["documents"]
        client.drop_database(database.name)
