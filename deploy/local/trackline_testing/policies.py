"""Limits of queues that tests set on the throw-away RabbitMQ."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


@contextmanager
def queue_policy(amqp_url: str, queue: str, **definition: int) -> Iterator[None]:
    """Limits a queue as an operator may, until the block ends: `max_length=1`, or `delivery_limit=20`, which every
    quorum queue has in RabbitMQ 4."""
    management = os.environ["TRACKLINE_TEST_AMQP_MANAGEMENT_URL"].rstrip("/")
    policy = f"{management}/api/policies/{amqp_url.rpartition('/')[2]}/limit"
    limits = {name.replace("_", "-"): value for name, value in definition.items()}
    asked = {"pattern": f"^{re.escape(queue)}$", "definition": limits, "apply-to": "queues"}
    httpx.put(policy, json=asked, timeout=30).raise_for_status()
    yield
    httpx.delete(policy, timeout=30).raise_for_status()
