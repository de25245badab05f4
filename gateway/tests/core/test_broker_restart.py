"""The RPC client while RabbitMQ stops and starts again."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.bus.broker import Broker
from gateway.bus.rpc import RpcClient
from trackline_local.servers import RabbitMQ

from .responder import Responder
from .test_rpc import answers, call, failure
from .waiting import until

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RabbitMQ]:
    server = RabbitMQ(tmp_path / "rabbitmq")
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.kill)


async def test_calls_fail_fast_without_a_broker_and_work_when_it_is_back(server: RabbitMQ) -> None:
    broker, rpc = Broker(server.url), RpcClient()
    broker.add(rpc)
    broker.start()
    await until(lambda: rpc.up)
    responder = Responder(server.url, "echo")
    await responder.start()
    assert await call(rpc, before=1) == {"before": 1}

    await asyncio.to_thread(server.kill)
    await until(lambda: not rpc.up)
    started = time.monotonic()
    assert (await failure(call(rpc))).code == "unavailable"
    assert time.monotonic() - started < 0.5

    await asyncio.to_thread(server.start)
    await until(lambda: rpc.up, 30)
    await responder.start()
    await until(lambda: answers(rpc), 20)
    await responder.stop()
    await broker.close()
