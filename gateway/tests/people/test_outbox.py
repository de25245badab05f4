"""The promise of the relay: every saved event reaches the log and the bus, at whatever step the relay dies."""

import asyncio
from typing import Any, cast

import orjson
import pytest
from pymongo.errors import DuplicateKeyError

from gateway.bus.broker import Broker
from gateway.bus.publisher import Publisher
from gateway.kit.mongo import Collection
from gateway.kit.settings import Settings
from gateway.kit.system_context import system_context
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.records import records_of
from gateway.people.adapters.store import Store
from gateway.people.usecases.team import KIND
from trackline_core.messages import Outgoing
from trackline_core.outbox import VersionConflict, to_row
from trackline_schemas.events import TEAM_CHANGED, Event, TeamChanged, event_id
from trackline_schemas.topology import EXCHANGE
from trackline_testing.policies import queue_policy

from .conftest import eventually
from .fakes import Bus, Crash, Dying


def event(sequence: int, subject: str = "t1") -> Event:
    now = "2026-01-01T00:00:00Z"
    data = TeamChanged(id=subject, name=f"Team {sequence}").model_dump()
    return Event.model_validate(
        {
            "id": event_id(subject, sequence),
            "source": "/trackline/gateway",
            "type": TEAM_CHANGED,
            "subject": subject,
            "time": now,
            "recordedat": now,
            "sequence": sequence,
            "actor": "system",
            "data": data,
        }
    )


class World:
    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.bus = Bus()
        self.outbox = self.relay_with()

    def relay_with(self, documents: Any = None, log: Any = None) -> Outbox:
        return Outbox(
            cast(Collection, documents or self.store.teams),
            cast(Collection, log or self.store.log),
            self.bus,
            self.settings,
        )

    async def write(self, count: int) -> None:
        """Saves a team with `count` events and relays none of them, like a process that died."""
        await self.outbox.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        for sequence in range(2, count + 1):
            await self.outbox.save("t1", sequence - 1, {"name": f"x{sequence}"}, event(sequence))

    async def team(self) -> dict[str, Any]:
        found = await self.store.teams.find_one({"_id": "t1"})
        assert found is not None
        return found

    async def logged(self) -> list[int]:
        return [row["sequence"] async for row in self.store.log.find().sort("sequence")]

    def published(self) -> list[int]:
        return [orjson.loads(message.body)["sequence"] for message in self.bus.sent]


@pytest.fixture
def world(store: Store, settings: Settings) -> World:
    return World(store, settings)


async def test_an_event_is_logged_published_in_order_and_cleared(world: World) -> None:
    await world.write(3)
    assert [row["sequence"] for row in (await world.team())["pending"]] == [1, 2, 3]
    await world.outbox.sweep()
    team = await world.team()
    assert (team["pending"], "pending_at" in team, team["version"]) == ([], False, 3)
    assert await world.logged() == [1, 2, 3]
    assert world.published() == [1, 2, 3]
    assert {message.exchange for message in world.bus.sent} == {EXCHANGE}
    assert all(message.mandatory for message in world.bus.sent)


@pytest.mark.parametrize(
    ("step", "times_published"),
    [
        ("before the log", 1),
        ("after the log", 1),
        ("before publishing", 1),
        ("after publishing", 2),
        ("before clearing", 2),
        ("after clearing", 1),
    ],
)
async def test_a_relay_killed_at_any_step_only_duplicates(world: World, step: str, times_published: int) -> None:
    await world.write(2)
    after = step.startswith("after")
    dying = {
        "log": {"log": Dying(world.store.log, "insert_many", after=after)},
        "publishing": {},
        "clearing": {"documents": Dying(world.store.teams, "update_many", after=after)},
    }[step.rsplit(maxsplit=1)[-1]]
    if step.endswith("publishing"):
        world.bus.crash = step.split(maxsplit=1)[0]
    with pytest.raises(Crash):
        await world.relay_with(**dying).sweep()
    world.bus.crash = None

    await world.relay_with().sweep()
    assert await world.logged() == [1, 2]
    assert sorted(world.published()) == sorted([1, 2] * times_published)
    team = await world.team()
    assert (team["pending"], "pending_at" in team) == ([], False)


async def test_a_cancelled_relay_leaves_the_event_to_the_next(world: World) -> None:
    class Stuck(Bus):
        async def publish(self, messages: Any) -> list[bool]:
            await asyncio.Event().wait()
            return []

    healthy, world.bus = world.bus, Stuck()
    stuck = asyncio.create_task(world.relay_with().run())
    await world.write(1)
    assert await eventually(world.logged) == [1]
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    world.bus = healthy
    await world.relay_with().sweep()
    assert world.published() == [1]


async def test_an_event_that_the_broker_refuses_stays_pending(world: World) -> None:
    await world.write(3)
    world.bus.refuse = {1}
    await world.outbox.sweep()
    team = await world.team()
    assert [row["sequence"] for row in team["pending"]] == [2]
    assert "pending_at" in team
    world.bus.refuse = set()
    await world.outbox.sweep()
    assert world.published() == [1, 2, 3, 2]
    assert (await world.team())["pending"] == []


async def test_two_relays_at_once_lose_nothing(world: World) -> None:
    await world.write(20)
    await asyncio.gather(world.relay_with().sweep(), world.relay_with().sweep())
    assert await world.logged() == list(range(1, 21))
    assert set(world.published()) == set(range(1, 21))
    assert (await world.team())["pending"] == []


async def test_an_event_saved_while_clearing_stays(world: World) -> None:
    await world.write(1)

    class Late(Bus):
        async def publish(self, messages: Any) -> list[bool]:
            await world.outbox.save("t1", 1, {"name": "late"}, event(2))
            return [True] * len(messages)

    world.bus = Late()
    await world.relay_with().sweep()
    team = await world.team()
    assert ([row["sequence"] for row in team["pending"]], team["version"], team["name"]) == ([2], 2, "late")
    assert "pending_at" in team


async def test_a_save_of_an_old_version_is_a_conflict(world: World) -> None:
    await world.write(2)
    with pytest.raises(VersionConflict):
        await world.outbox.save("t1", 1, {"name": "old"}, event(2))
    with pytest.raises(DuplicateKeyError):
        await world.outbox.insert({"_id": "t1", "name_key": "y"}, event(1))
    assert (await world.team())["version"] == 2


async def test_concurrent_saves_give_a_sequence_without_gaps(world: World) -> None:
    await world.write(1)
    records = records_of(KIND, world.outbox)
    fields = {"name": "x", "confidential": False, "active": True}
    await world.store.teams.update_one({"_id": "t1"}, {"$set": {**fields}})

    async def rename(name: str) -> None:
        await records.update("t1", {"name": name}, b"", None, system_context("rename", name))

    await asyncio.gather(*(rename(f"n{number}") for number in range(4)))
    assert [row["sequence"] for row in (await world.team())["pending"]] == [1, 2, 3, 4, 5]


async def test_a_save_wakes_the_relay_on_the_real_bus(store: Store, settings: Settings, vhost: str) -> None:
    settings = settings.model_copy(update={"sweep_seconds": 60.0, "sweep_age_seconds": 60.0})
    publisher, broker = Publisher(), Broker(vhost)
    broker.add(publisher)
    broker.start()
    outbox = Outbox(store.teams, store.log, publisher, settings)
    relay = asyncio.create_task(outbox.run())
    try:
        await outbox.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))

        async def cleared() -> bool:
            return bool(await store.teams.count_documents({"_id": "t1", "pending": []}))

        await eventually(cleared)
        assert await publisher.count_waiting("notifications.events") == 1
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await broker.close()


async def test_a_queue_takes_events_again_when_its_limit_is_lifted(vhost: str) -> None:
    publisher, broker = Publisher(), Broker(vhost)
    broker.add(publisher)
    broker.start()

    async def publishes(confirmed: bool) -> bool:
        return await publisher.publish([Outgoing("", "notifications.events", b"{}")]) == [confirmed]

    try:
        await publisher.ready()
        assert await publishes(True)
        with queue_policy(vhost, "notifications.events", max_length=1):
            await eventually(lambda: publishes(False))
            assert await publishes(False)
        await eventually(lambda: publishes(True))
    finally:
        await broker.close()


async def test_the_order_on_the_wire_is_the_order_of_the_batch(store: Store, settings: Settings, vhost: str) -> None:
    publisher, broker = Publisher(), Broker(vhost)
    broker.add(publisher)
    broker.start()
    try:
        await publisher.ready()
        outbox = Outbox(store.teams, store.log, publisher, settings)
        await outbox.relay([("t1", _row(sequence)) for sequence in range(1, 101)])
        queue = await publisher._channel.get_queue("notifications.events")
        got = [orjson.loads((await queue.get(no_ack=True)).body)["sequence"] for _ in range(100)]
        assert got == list(range(1, 101))
    finally:
        await broker.close()


def _row(sequence: int) -> dict[str, Any]:
    return to_row(event(sequence))
