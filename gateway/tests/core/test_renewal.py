"""Looks at dead letters and lost connections use up none of the deliveries that RabbitMQ 4 allows a message."""

import asyncio
from typing import Any

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractChannel
from pymongo.errors import AutoReconnect

from gateway.bus.broker import Broker
from gateway.bus.publisher import Publisher
from gateway.people.adapters.replay import QUEUE, Replays
from trackline_schemas.base import now
from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested
from trackline_schemas.topology import DEAD_LETTERS, DELIVERY_LIMIT

from .gateways import World
from .test_health import HEALTH, channel, dead_letter, wired
from .waiting import until

__all__ = ["channel", "wired"]

OFTEN = DELIVERY_LIMIT + 5


@pytest.fixture
async def limited(management: httpx.AsyncClient, vhost: str) -> None:
    """The queue of the dead letters has the delivery limit of RabbitMQ 4."""
    limit = {"delivery-limit": DELIVERY_LIMIT}
    policy = {"pattern": "^trackline\\.dead$", "definition": limit, "apply-to": "queues"}
    (await management.put(f"/api/policies/{vhost}/limit", json=policy)).raise_for_status()


async def listed(wired: World) -> list[str]:
    return sorted(letter["id"] for letter in (await wired.ask("GET", HEALTH, "anna")).json()["dead_letters"])


@pytest.mark.parametrize("ids", [("t1:00000001",), ("t1:00000001", "t2:00000001", "t3:00000001")])
async def test_looking_at_dead_letters_keeps_them(
    ids: tuple[str, ...], limited: None, wired: World, channel: AbstractChannel
) -> None:
    await dead_letter(channel, *ids)
    for _ in range(OFTEN):
        assert await listed(wired) == [*ids]
    answer = await wired.ask("POST", f"{HEALTH}/dead-letters/retry", "anna", json={})
    assert answer.json() == {"letters": len(ids)}
    queue = await channel.get_queue("knowledge.events")
    assert [b"00000001" in (await queue.get(no_ack=True)).body for _ in ids] == [True] * len(ids)


async def test_attempts_that_settle_other_letters_keep_the_rest(
    limited: None, wired: World, channel: AbstractChannel
) -> None:
    await dead_letter(channel, "t1:00000001", "t2:00000001")
    for _ in range(OFTEN):
        answer = await wired.ask("POST", f"{HEALTH}/dead-letters/drop", "anna", json={"id": "t9:00000001"})
        assert answer.json() == {"letters": 0}
    assert await listed(wired) == ["t1:00000001", "t2:00000001"]


async def test_retries_that_are_refused_keep_the_letter(limited: None, wired: World, channel: AbstractChannel) -> None:
    await channel.default_exchange.publish(aio_pika.Message(b"no event"), DEAD_LETTERS)
    for _ in range(OFTEN):
        refused = await wired.ask("POST", f"{HEALTH}/dead-letters/retry", "anna", json={})
        assert refused.status_code == 409
    assert await listed(wired) == ["?"]


async def test_many_administrators_at_once_keep_the_letters(
    limited: None, wired: World, channel: AbstractChannel
) -> None:
    ids = [f"t{number}:00000001" for number in range(8)]
    await dead_letter(channel, *ids)
    for _ in range(OFTEN // 4):
        await asyncio.gather(*(wired.ask("GET", HEALTH, "anna") for _ in range(4)))
    await until(lambda: _all_there(wired, ids))


async def _all_there(wired: World, ids: list[str]) -> bool:
    return await listed(wired) == ids


class UnreachableLog:
    def find(self, *_: Any) -> Any:
        raise AutoReconnect("no MongoDB")


async def test_a_flapping_connection_makes_no_dead_letter_of_a_request(amqp_url: str) -> None:
    """The limit of this queue is one of its arguments."""
    broker, publisher = Broker(amqp_url), Publisher()
    broker.add(publisher)
    broker.add(Replays(UnreachableLog(), publisher))  # type: ignore[arg-type]
    broker.start()
    await until(lambda: broker._connection is not None)
    request = ReplayRequested(consumer="analytics.events", of="people")
    body = Event.unlogged(REPLAY_REQUESTED, "/test", "r1", request, now()).model_dump_json(exclude_none=True).encode()
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.default_exchange.publish(aio_pika.Message(body), QUEUE)
        for _ in range(OFTEN):
            await until(lambda: _is_held(channel))
            await asyncio.sleep(0.05)
            assert broker._connection is not None
            await broker._connection.close()
            await until(lambda: broker._connection is not None)
        await broker.close()
        # A connection that is lost between the copy and the ack leaves both.
        await until(lambda: _count(channel, QUEUE))
        assert await _count(channel, DEAD_LETTERS) == 0


async def _count(channel: AbstractChannel, queue: str) -> int:
    return (await channel.declare_queue(queue, passive=True)).declaration_result.message_count or 0


async def _is_held(channel: AbstractChannel) -> bool:
    return await _count(channel, QUEUE) == 0
