"""The gateway while RabbitMQ stops and starts again, and while its memory or disk is full."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import pytest
from prometheus_client import REGISTRY

from gateway.bus.broker import Broker
from gateway.bus.publisher import Publisher
from gateway.bus.rpc import RpcClient
from trackline_core.messages import to_queue
from trackline_local.servers import RabbitMQ
from trackline_schemas.base import now
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested

from .responder import Gate, Responder
from .test_rpc import answers, call, failure
from .waiting import until

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RabbitMQ]:
    server = RabbitMQ(tmp_path / "rabbitmq")
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.kill)


async def connected(server: RabbitMQ) -> tuple[Broker, RpcClient, Publisher, Responder]:
    broker, rpc, publisher = Broker(server.url), RpcClient(), Publisher()
    broker.add(rpc)
    broker.add(publisher)
    broker.start()
    await until(lambda: rpc.up)
    responder = Responder(server.url, "echo")
    await responder.start()
    return broker, rpc, publisher, responder


@pytest.mark.parametrize("resource", ["memory", "disk"])
async def test_an_alarm_is_said_at_once_and_ends_by_itself(server: RabbitMQ, resource: str) -> None:
    broker, rpc, publisher, responder = await connected(server)
    await until(lambda: answers(rpc), 20)
    gate = responder.handler = Gate()
    under_way = [asyncio.create_task(failure(call(rpc, 60, read=read))) for read in (True, False)]
    await until(lambda: len(responder.calls) > 2)
    await asyncio.to_thread(server.alarm, resource, True)
    await until(lambda: is_refused(rpc), 20)
    assert REGISTRY.get_sample_value("trackline_gateway_broker_blocked") == 1

    read, write = await asyncio.gather(*under_way)
    assert (read.reason, write.code) == ("bus_full", "outcome_unknown")
    gate.open.set()
    started = time.monotonic()
    for _ in range(50):
        refusal = await failure(call(rpc))
        assert (refusal.code, refusal.reason) == ("unavailable", "bus_full")
    assert (await failure(broker.channel())).reason == "bus_full"
    assert await publisher.publish([to_queue(make_request(), "gateway.events")]) == [False]
    await broker.measure()
    assert time.monotonic() - started < 60

    await asyncio.to_thread(server.alarm, resource, False)
    await until(lambda: answers(rpc), 20)
    assert REGISTRY.get_sample_value("trackline_gateway_broker_blocked") == 0
    await asyncio.wait_for(publisher.ready(), 60)
    assert await publisher.publish([to_queue(make_request(), "gateway.events")]) == [True]
    await responder.stop()
    await broker.close()


async def is_refused(rpc: RpcClient) -> bool:
    """Sends calls until RabbitMQ blocks the connection, which it does after the first message."""
    try:
        await call(rpc, 1)
    except ServiceError as error:
        return error.reason == "bus_full"
    return False


def make_request() -> Event:
    return Event.unlogged(
        REPLAY_REQUESTED, "/test", "r1", ReplayRequested(consumer="analytics.events", of="people"), now()
    )


async def test_the_gateway_tries_often_however_long_rabbitmq_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """It used to wait up to two seconds between its attempts."""
    attempts = 0

    async def refuse(*_: object, **__: object) -> None:
        nonlocal attempts
        attempts += 1
        raise ConnectionRefusedError

    monkeypatch.setattr(aio_pika, "connect", refuse)
    broker = Broker("amqp://127.0.0.1:1")
    broker.start()
    await asyncio.sleep(4)
    await broker.close()
    assert 9 <= attempts <= 60


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
    assert time.monotonic() - started < 60

    await asyncio.to_thread(server.start)
    await until(lambda: rpc.up, 30)
    await responder.start()
    await until(lambda: answers(rpc), 20)
    await responder.stop()
    await broker.close()
