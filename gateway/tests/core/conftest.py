"""Fixtures. Each test has a virtual host of its own on the RabbitMQ of TRACKLINE_TEST_AMQP_URL."""

import os
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from gateway.bus.broker import Broker
from gateway.bus.rpc import RpcClient

from .gateways import World, world
from .responder import Responder
from .waiting import until


def require_env(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set: run by `make test`")
    return value.rstrip("/")


@pytest.fixture
async def management() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=require_env("TRACKLINE_TEST_AMQP_MANAGEMENT_URL"), timeout=20) as client:
        yield client


@pytest.fixture
async def vhost(management: httpx.AsyncClient) -> AsyncIterator[str]:
    name = f"gateway-{uuid4().hex[:8]}"
    (await management.put(f"/api/vhosts/{name}")).raise_for_status()
    yield name
    (await management.delete(f"/api/vhosts/{name}")).raise_for_status()


@pytest.fixture
def amqp_url(vhost: str) -> str:
    return f"{require_env('TRACKLINE_TEST_AMQP_URL')}/{vhost}"


@pytest.fixture
async def rpc(amqp_url: str) -> AsyncIterator[RpcClient]:
    broker, client = Broker(amqp_url), RpcClient(1000)
    broker.add(client)
    broker.start()
    await until(lambda: client.up)
    yield client
    await broker.close()


@pytest.fixture
async def responder(amqp_url: str, rpc: RpcClient) -> AsyncIterator[Responder]:
    """A service named echo, which returns the arguments of each call."""
    responder = Responder(amqp_url, "echo")
    await responder.start()
    yield responder
    await responder.stop()


@pytest.fixture
async def gateway() -> AsyncIterator[World]:
    async with world() as built:
        yield built
