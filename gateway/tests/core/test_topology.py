"""The declared queues and bindings are those of trackline_schemas.topology."""

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway.bus.broker import Broker
from gateway.bus.rpc import RpcClient
from trackline_schemas import topology

from .waiting import until


@pytest.fixture
async def queues(rpc: RpcClient, management: httpx.AsyncClient, vhost: str) -> dict[str, dict[str, object]]:
    found = (await management.get(f"/api/queues/{vhost}")).json()
    return {queue["name"]: queue for queue in found if not queue["name"].startswith("rpc.reply")}


async def test_queues_and_their_arguments(queues: dict[str, dict[str, object]]) -> None:
    declared = {queue.name: dict(queue.arguments) for queue in topology.queues()}
    assert {name: queue["arguments"] for name, queue in queues.items()} == declared
    assert all(queue["durable"] for queue in queues.values())


async def test_bindings(rpc: RpcClient, management: httpx.AsyncClient, vhost: str) -> None:
    found = (await management.get(f"/api/bindings/{vhost}")).json()
    bound = {(one["destination"], one["routing_key"]) for one in found if one["source"] == topology.EXCHANGE}
    assert bound == {(queue.name, key) for queue in topology.queues() for key in queue.bindings}
    fanned = {one["destination"] for one in found if one["source"] in topology.RETRY_QUEUES}
    assert fanned == set(topology.RETRY_QUEUES)


async def test_depths_are_measured(amqp_url: str) -> None:
    broker, rpc = Broker(amqp_url), RpcClient()
    broker.add(rpc)
    broker.start()
    await until(lambda: rpc.up)
    await broker.measure()
    assert REGISTRY.get_sample_value("trackline_dead_letters") == 0
    assert REGISTRY.get_sample_value("trackline_queue_messages", {"queue": "analytics.events"}) == 0
    await broker.close()
