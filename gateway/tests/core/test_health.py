"""The health of the installation, and retrying and dropping dead letters, on a real RabbitMQ."""

from collections.abc import AsyncIterator
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from gateway.bus.broker import Broker
from trackline_schemas.topology import DEAD_LETTERS, ORIGIN_HEADER, REASON_HEADER

from .gateways import World, world
from .waiting import until

HEALTH = "/api/v1/health"


@pytest.fixture
async def wired(amqp_url: str) -> AsyncIterator[World]:
    broker = Broker(amqp_url)
    async with world(broker) as built:
        await until(lambda: broker._connection is not None)
        yield built


@pytest.fixture
async def channel(amqp_url: str, wired: World) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(amqp_url) as connection:
        yield await connection.channel()


async def dead_letter(channel: AbstractChannel, *ids: str) -> None:
    for event_id in ids:
        body = f'{{"id": "{event_id}", "type": "ticket.created.v1"}}'.encode()
        headers: Any = {ORIGIN_HEADER: "knowledge.events", REASON_HEADER: "KeyError: title"}
        await channel.default_exchange.publish(aio_pika.Message(body, headers=headers), DEAD_LETTERS)


async def test_listing_dead_letters_does_not_consume_them(wired: World, channel: AbstractChannel) -> None:
    await dead_letter(channel, "t1:00000001", "t2:00000001")
    for _ in range(2):
        told = (await wired.ask("GET", HEALTH, "anna")).json()
        assert sorted(letter["id"] for letter in told["dead_letters"]) == ["t1:00000001", "t2:00000001"]
    assert told["dead_letters"][0]["reason"] == "KeyError: title"
    assert {one["name"]: one["consumers"] for one in told["services"]} == {
        "rpc-tickets": 0,
        "rpc-notifications": 0,
        "rpc-knowledge": 0,
        "rpc-analytics": 0,
    }


async def test_one_dead_letter_is_retried_and_the_others_stay(wired: World, channel: AbstractChannel) -> None:
    await dead_letter(channel, "t1:00000001", "t2:00000001")
    answer = await wired.ask("POST", f"{HEALTH}/dead-letters/retry", "anna", json={"id": "t1:00000001"})
    assert answer.json() == {"letters": 1}
    queue = await channel.get_queue("knowledge.events")
    message = await queue.get(no_ack=True)
    assert b"t1:00000001" in message.body
    [left] = (await wired.ask("GET", HEALTH, "anna")).json()["dead_letters"]
    assert left["id"] == "t2:00000001"
    gone = await wired.ask("POST", f"{HEALTH}/dead-letters/drop", "anna", json={"id": "t1:00000001"})
    assert gone.json() == {"letters": 0}
    assert (await wired.ask("POST", f"{HEALTH}/dead-letters/drop", "anna", json={})).json() == {"letters": 1}
    logged = [(one.event, one.actor_id, one.detail) for one in wired.people.security_log.entries]
    assert logged == [
        ("dead_letters_retried", "anna", {"letters": 1, "ids": ["t1:00000001"]}),
        ("dead_letters_dropped", "anna", {"letters": 1, "ids": ["t2:00000001"]}),
    ]
    assert (await wired.ask("GET", HEALTH, "anna")).json()["dead_letters"] == []


async def test_a_dead_letter_without_an_origin_stays(wired: World, channel: AbstractChannel) -> None:
    await channel.default_exchange.publish(aio_pika.Message(b"no event"), DEAD_LETTERS)
    refused = await wired.ask("POST", f"{HEALTH}/dead-letters/retry", "anna", json={})
    assert refused.status_code == 409
    [left] = (await wired.ask("GET", HEALTH, "anna")).json()["dead_letters"]
    assert (left["id"], left["queue"]) == ("?", "?")


async def test_unknown_parts_are_null_and_only_administrators_may_look(gateway: World) -> None:
    told = (await gateway.ask("GET", HEALTH, "anna")).json()
    assert (told["services"], told["dead_letters"]) == (None, None)
    assert (await gateway.ask("GET", HEALTH, "alf")).status_code == 403
    assert (await gateway.ask("POST", f"{HEALTH}/dead-letters/drop", "alf", json={})).status_code == 403
