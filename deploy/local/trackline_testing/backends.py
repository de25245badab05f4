"""Virtual hosts and databases on the throw-away servers that only one test uses and that are removed afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
from pymongo import MongoClient

from trackline_chassis.settings import ChassisSettings


@contextmanager
def virtual_host(name: str, queue_type: str | None = None) -> Iterator[str]:
    """Yields the AMQP URL of a new virtual host. `queue_type` is the type of queues that are declared without one."""
    host = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"].rstrip("/") + f"/api/vhosts/{name}"
    httpx.put(host, json={"defaultqueuetype": queue_type} if queue_type else {}, timeout=30).raise_for_status()
    yield os.environ["TRACKLINE_TEST_AMQP_URL"].rstrip("/") + f"/{name}"
    httpx.delete(host, timeout=30).raise_for_status()


def drop_databases(prefix: str) -> None:
    with MongoClient[dict[str, Any]](os.environ["TRACKLINE_TEST_MONGODB_URL"]) as client:
        for database in client.list_database_names():
            if database.startswith(prefix):
                client.drop_database(database)


@contextmanager
def own_backends(queue_type: str | None = None, **settings: Any) -> Iterator[ChassisSettings]:
    """Yields settings with an empty virtual host and a database prefix of their own."""
    name = f"test{uuid4().hex[:8]}"
    with virtual_host(name, queue_type) as url:
        mongodb_url = os.environ["TRACKLINE_TEST_MONGODB_URL"]
        yield ChassisSettings(amqp_url=url, mongodb_url=mongodb_url, database_prefix=name, **settings)
    drop_databases(name)
