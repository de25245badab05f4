"""The live stream over HTTP and a real broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
import httpx
import orjson
import pytest
import uvicorn

from gateway.bus.broker import Broker
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import Event, Seen

from .fakes import event
from .gateways import World, world
from .streams import Sent, events
from .test_rpc import drop_connections
from .waiting import until


@dataclass
class Served:
    world: World
    address: str

    @asynccontextmanager
    async def stream(self, who: str, cursor: str | None = None) -> AsyncIterator[AsyncIterator[Sent]]:
        headers = {"Authorization": f"Bearer {who}", **({"Last-Event-ID": cursor} if cursor else {})}
        async with (
            httpx.AsyncClient(base_url=self.address, timeout=60) as client,
            client.stream("GET", "/api/v1/stream", headers=headers) as answer,
        ):
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield events(answer.aiter_lines())


@pytest.fixture
async def served(amqp_url: str) -> AsyncIterator[Served]:
    async with world(Broker(amqp_url)) as built:
        await until(lambda: built.hub.up)
        server = uvicorn.Server(uvicorn.Config(built.app, port=0, lifespan="off", log_config=None))
        task = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(built, f"http://127.0.0.1:{port}")
        built.hub.close()
        server.should_exit = True
        await task


@pytest.fixture
async def bus(amqp_url: str, served: Served) -> AsyncIterator[aio_pika.abc.AbstractExchange]:
    connection = await aio_pika.connect(amqp_url)
    channel = await connection.channel()
    yield await channel.get_exchange("trackline")
    await connection.close()


async def send(bus: aio_pika.abc.AbstractExchange, sequence: int, body: bytes | None = None) -> None:
    made = event(sequence)
    await bus.publish(aio_pika.Message(body or orjson.dumps(made)), routing_key=made["type"])


async def test_an_event_of_the_bus_reaches_the_client(served: Served, bus: aio_pika.abc.AbstractExchange) -> None:
    async with served.stream("rita") as stream:
        ready = await anext(stream)
        assert (ready.name, ready.id and ready.id[-1]) == ("ready", "-")
        await send(bus, 1, b"not an event")
        await send(bus, 1)
        sent = await anext(stream)
        assert (sent.name, sent.sequence) == ("ticket", 1)


async def test_a_lost_broker_ends_the_stream_and_the_cursor_resumes_it(
    served: Served, bus: aio_pika.abc.AbstractExchange, management: httpx.AsyncClient, vhost: str
) -> None:
    async with served.stream("rita") as stream:
        await anext(stream)
        await send(bus, 1)
        last = (await anext(stream)).id
        await drop_connections(management, vhost)
        assert [sent async for sent in stream] == []
    await until(lambda: served.world.hub.up)
    served.world.rpc.answers["tickets.events_since"] = {
        "events": [Seen.of(Event.model_validate(event(number)), "ticket").model_dump() for number in (1, 2)],
        "complete": True,
    }
    async with served.stream("rita", last) as stream:
        ready, sent = await anext(stream), await anext(stream)
        assert ready.id is None
        assert sent.sequence == 2


async def test_without_a_broker_or_a_log_the_stream_ends(served: Served) -> None:
    served.world.rpc.failures["tickets.events_since"] = refuse(reasons.bus.BUS_UNREACHABLE)
    async with served.stream("rita", "1-x") as stream:
        assert [sent.name async for sent in _take(stream, 2)] == ["ready", "resync"]
    served.world.hub.on_disconnect()
    async with served.stream("rita") as stream:
        assert [sent.name async for sent in stream] == ["ready"]
    served.world.hub.up = True
    async with served.stream("rita", f"{9 * 10**12}-x") as stream:
        assert [sent.name async for sent in stream] == ["ready"]


async def _take(stream: AsyncIterator[Sent], count: int) -> AsyncIterator[Sent]:
    for _ in range(count):
        yield await anext(stream)


async def test_the_stream_of_a_client_that_disconnects_is_removed(served: Served) -> None:
    async with served.stream("rita") as stream:
        await anext(stream)
        await until(lambda: len(served.world.hub._streams) == 1)
    await until(lambda: not served.world.hub._streams)


async def test_the_cursor_may_be_a_query_parameter(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.address, timeout=60) as client:
        path = "/api/v1/stream?last_event_id=nonsense"
        async with client.stream("GET", path, headers={"Authorization": "Bearer rita"}) as answer:
            found = events(answer.aiter_lines())
            assert [(await anext(found)).name, (await anext(found)).name] == ["ready", "resync"]
