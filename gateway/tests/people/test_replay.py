"""A consumer that requests a replay gets the whole log of people, on the real bus."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractConnection
from prometheus_client import REGISTRY

from gateway.bus.broker import Broker
from gateway.kit import telemetry
from gateway.kit.mongo import Database
from gateway.kit.settings import Settings
from gateway.people.adapters import replay
from trackline_schemas.events import REPLAY_FINISHED, REPLAY_REQUESTED, Event, ReplayRequested
from trackline_schemas.topology import DEAD_LETTERS, EXCHANGE, ORIGIN_HEADER, REASON_HEADER

from .conftest import ADMIN, Gateway, eventually, gateway_of, succeeds


@pytest.fixture
async def broker(vhost: str) -> AsyncIterator[Broker]:
    broker = Broker(vhost)
    yield broker
    await broker.close()


@pytest.fixture
async def wired(settings: Settings, database: Database, broker: Broker) -> AsyncIterator[Gateway]:
    async with gateway_of(settings, broker) as gateway:
        broker.start()
        yield gateway


@pytest.fixture
async def connection(vhost: str, wired: Gateway, broker: Broker) -> AsyncIterator[AbstractConnection]:
    await eventually(lambda: succeeds(broker.ping))
    async with await aio_pika.connect(vhost) as connection:
        yield connection


async def ask(
    connection: AbstractConnection,
    request: ReplayRequested | dict[str, Any],
    type_: str = REPLAY_REQUESTED,
    request_id: str = "",
) -> None:
    now = datetime.now(UTC)
    data = request if isinstance(request, dict) else request.model_dump()
    event = Event(
        id="r1",
        source="/test",
        type=type_,
        subject="r1",
        time=now,
        recordedat=now,
        sequence=0,
        actor="system",
        data=data,
        requestid=request_id,
    )
    channel = await connection.channel()
    exchange = await channel.get_exchange(EXCHANGE)
    message = aio_pika.Message(event.model_dump_json().encode())
    await exchange.publish(message, type_)


async def take_until_finished(connection: AbstractConnection, queue_name: str) -> list[dict[str, Any]]:
    channel = await connection.channel()
    queue = await channel.get_queue(queue_name)
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(10), queue.iterator(no_ack=True) as messages:
        async for message in messages:
            events.append(orjson.loads(message.body))
            if events[-1]["type"] == REPLAY_FINISHED:
                return events
    return events


async def published(database: Database, count: int) -> None:
    """Waits until `count` events are in the log and on the bus. The relay clears them after both."""

    async def all_there() -> bool:
        waiting = [await database[name].count_documents({"pending_at": {"$ne": None}}) for name in ("users", "teams")]
        return not any(waiting) and await database["people_events"].count_documents({}) == count

    await eventually(all_there)


async def test_the_log_is_sent_again_followed_by_a_count(
    wired: Gateway, database: Database, connection: AbstractConnection
) -> None:
    admin = await wired.sign_in()
    team = await wired.make_team(admin, "Network")
    user = await wired.make_user(admin, teams={team["id"]: "reply"})
    await wired.client.patch(f"/api/v1/users/{user['id']}", json={"name": "Bea B."}, headers=admin)
    await published(database, 4)
    channel = await connection.channel()
    await (await channel.get_queue("notifications.events")).purge()

    await ask(connection, ReplayRequested(consumer="notifications.events", of="people"))
    *events, finished = await take_until_finished(connection, "notifications.events")
    events = [event for event in events if event["type"] != REPLAY_REQUESTED]
    assert all(event["replay"] for event in events)
    assert len(events) == 4
    mine = [event for event in events if event["subject"] == user["id"]]
    assert [event["sequence"] for event in mine] == [1, 2]
    assert mine[1]["data"]["name"] == "Bea B."
    assert mine[1]["data"]["teams"] == {team["id"]: "reply"}
    assert "password" not in str(events)
    assert (finished["data"]["events"], finished["data"]["subjects"]) == (4, 3)


async def test_a_consumer_gets_only_what_its_queue_is_bound_to(
    wired: Gateway, database: Database, connection: AbstractConnection
) -> None:
    admin = await wired.sign_in()
    first = await wired.make_team(admin, "Network")
    await wired.make_team(admin, "Hardware")
    await published(database, 3)
    channel = await connection.channel()
    await (await channel.get_queue("knowledge.events")).purge()
    request = ReplayRequested(consumer="knowledge.events", of="people", only=[first["id"]])
    await ask(connection, request)
    *events, finished = await take_until_finished(connection, "knowledge.events")
    assert [event["subject"] for event in events] == [first["id"]]
    assert (finished["data"]["events"], finished["data"]["only"]) == (1, [first["id"]])


@pytest.mark.parametrize("data", [{"consumer": "nobody.events", "of": "people"}, {"of": "everything"}])
async def test_a_request_that_cannot_be_met_goes_to_the_dead_letters(
    wired: Gateway, connection: AbstractConnection, data: dict[str, Any]
) -> None:
    await ask(connection, data)
    channel = await connection.channel()
    dead = await channel.get_queue(DEAD_LETTERS)

    async def buried() -> Any:
        return await dead.get(no_ack=True, fail=False)

    message = await eventually(buried)
    assert message.headers[ORIGIN_HEADER] == "gateway.events"
    assert message.headers[REASON_HEADER]


async def test_requests_for_others_are_dropped(wired: Gateway, connection: AbstractConnection) -> None:
    await ask(connection, ReplayRequested(consumer="analytics.events", of="tickets"))
    await ask(connection, ReplayRequested(consumer="knowledge.events", of="people"))
    assert (await take_until_finished(connection, "knowledge.events"))[-1]["data"]["of"] == "people"
    channel = await connection.channel()
    assert (await channel.declare_queue(DEAD_LETTERS, passive=True)).declaration_result.message_count == 0


async def test_an_unknown_version_of_a_request_is_counted_and_the_next_one_is_met(
    wired: Gateway, connection: AbstractConnection
) -> None:
    labels = {"reader": "gateway.events", "type": "replay.requested.v2"}
    before = REGISTRY.get_sample_value("trackline_events_skipped_total", labels) or 0
    await ask(connection, {"consumers": ["knowledge.events"]}, "replay.requested.v2")
    await ask(connection, ReplayRequested(consumer="knowledge.events", of="people"))
    await take_until_finished(connection, "knowledge.events")
    assert REGISTRY.get_sample_value("trackline_events_skipped_total", labels) == before + 1
    channel = await connection.channel()
    assert (await channel.declare_queue(DEAD_LETTERS, passive=True)).declaration_result.message_count == 0


async def test_the_lines_about_a_replay_name_the_request_that_asked_for_it(
    wired: Gateway, connection: AbstractConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Lines()
    monkeypatch.setattr(replay, "_log", lines)
    await ask(connection, {"consumer": "nobody.events", "of": "people"}, request_id="asked-in-vain")
    await ask(connection, ReplayRequested(consumer="knowledge.events", of="people"), request_id="asked-with-success")
    await take_until_finished(connection, "knowledge.events")
    await eventually(lambda: succeeds(lines.both))
    assert [line["request_id"] for line in lines.written] == ["asked-in-vain", "asked-with-success"]


class Lines:
    """Stands in for the log, and adds to each line what the log adds."""

    def __init__(self) -> None:
        self.written: list[Mapping[str, Any]] = []

    def info(self, event: str, **fields: Any) -> None:
        self.written.append(telemetry.add_request(None, "", {"event": event, **fields}))

    error = info

    async def both(self) -> None:
        assert len(self.written) == 2


async def test_the_first_administrators_event_waits_for_the_broker(
    wired: Gateway, connection: AbstractConnection
) -> None:
    channel = await connection.channel()
    queue = await channel.get_queue("notifications.events")

    async def arrived() -> Any:
        return await queue.get(no_ack=True, fail=False)

    event = orjson.loads((await eventually(arrived)).body)
    assert (event["type"], event["data"]["emails"]) == ("user.changed.v1", [ADMIN])
