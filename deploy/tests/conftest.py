import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from trackline_testing.backends import drop_databases, virtual_host


@pytest.fixture
def backends() -> Iterator[dict[str, str]]:
    """Settings of one process: a virtual host, databases and an index of its own on the test servers."""
    if "TRACKLINE_TEST_AMQP_URL" not in os.environ:
        pytest.skip("TRACKLINE_TEST_AMQP_URL is not set: run make test")
    name = f"deploy{uuid4().hex[:8]}"
    with virtual_host(name) as amqp_url:
        yield {
            "TRACKLINE_AMQP_URL": amqp_url,
            "TRACKLINE_MONGODB_URL": os.environ["TRACKLINE_TEST_MONGODB_URL"],
            "TRACKLINE_ELASTICSEARCH_URL": os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"],
            "TRACKLINE_DATABASE_PREFIX": name,
            "TRACKLINE_INDEX_PREFIX": name,
        }
    drop_databases(name)
