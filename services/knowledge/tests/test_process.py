"""Two replicas of the service on the real bus, store and index, one of them killed at work."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import pytest
from elasticsearch import Elasticsearch

from knowledge.domain.document import Document
from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.publisher import to_exchange
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.events import Event

from .processes import Caller, LogOwner, Service, eventually
from .samples import ADMIN, AGENT, ALICE, team_event, ticket_event
from .upkeep import drop_indices

TICKETS = 60
MANY = 1500


@pytest.fixture
def settings(elastic: Elasticsearch) -> Iterator[ChassisSettings]:
    if "TRACKLINE_TEST_AMQP_URL" not in os.environ:
        pytest.skip("TRACKLINE_TEST_AMQP_URL is not set: run make test")
    name = f"test-knowledge-{uuid4().hex[:8]}"
    vhost = f"{os.environ['TRACKLINE_TEST_AMQP_MANAGEMENT_URL'].rstrip('/')}/api/vhosts/{name}"
    httpx.put(vhost).raise_for_status()
    found = ChassisSettings(
        amqp_url=os.environ["TRACKLINE_TEST_AMQP_URL"].rstrip("/") + f"/{name}",
        mongodb_url=os.environ["TRACKLINE_TEST_MONGODB_URL"],
        database_prefix=name,
    )
    yield found
    with database(found, "knowledge").client as client:
        client.drop_database(f"{name}_knowledge")
        client.drop_database(f"{name}_tickets")
    drop_indices(elastic, f"{name}-search")
    httpx.delete(vhost).raise_for_status()


def history(number: int) -> list[Event]:
    key, named = f"t{number:03}", {"number": f"INC-{number}", "team_id": "network"}
    return [
        ticket_event(key, 1, f"The modem hums, note {number}", title=f"Modem {number}", **named),
        ticket_event(key, 2, "Suspect the zebra", "internal", title=f"Modem {number}", **named),
        ticket_event(key, 3, "It is silent now", title=f"Modem {number} quiet", state="open", **named),
    ]


def documents(settings: ChassisSettings) -> dict[str, Document]:
    """The projection but for the counts of its changes."""
    with database(settings, "knowledge").client as client:
        rows = client[f"{settings.database_prefix}_knowledge"]["search_documents"].find({"type": "ticket"})
        return {row["_id"]: {name: row[name] for name in row if name not in ("rev", "dirty_at")} for row in rows}


def caught_up(caller: Caller) -> bool:
    status: dict[str, Any] = caller.call("status", ADMIN)
    return not (status["dirty"] or status["degraded"])


def rebuild(caller: Caller) -> dict[str, Any]:
    [job] = [job for job in caller.call("status", ADMIN)["jobs"] if job["kind"] == "rebuild"]
    found: dict[str, Any] = job
    return found


def found(caller: Caller, q: str, viewer: Any = AGENT) -> dict[str, Any]:
    answer: dict[str, Any] = caller.call("search", viewer, query={"q": q, "size": 100})
    return answer


@pytest.mark.timeout(240)
def test_every_event_counts_once_whatever_dies(settings: ChassisSettings, elastic_url: str, tmp_path: Path) -> None:
    events = [event for number in range(TICKETS) for event in history(number)]
    chance = Random(7)
    heard = [*events, *chance.choices(events, k=60)]
    chance.shuffle(heard)
    with ExitStack() as stack:
        with connect(settings.amqp_url) as connection:
            declare_topology(connection.channel())
        bus = Bus(settings.amqp_url)
        stack.callback(bus.close)
        assert bus.publish(team_event("network", 1, False))
        owner = LogOwner(settings, bus, events)
        stack.callback(owner.close)
        stays, dies = services = [Service(settings, elastic_url, tmp_path) for _ in range(2)]
        for service in services:
            service.start()
        stack.callback(stays.end)
        for service in services:
            eventually(service.ready, 60)
        caller = Caller(settings.amqp_url)
        stack.callback(caller.connection.close)

        assert all(bus.send([to_exchange(event) for event in heard[:120]]))
        dies.kill()
        assert all(bus.send([to_exchange(event) for event in heard[120:]]))
        article = caller.call("create_article", AGENT, command={"title": "Modem", "body": "Dust", "state": "published"})
        assert article["number"] == "KB-1001"

        eventually(lambda: len(documents(settings)) == TICKETS and caught_up(caller), 30)
        eventually(lambda: len(found(caller, "modem")["items"]) == TICKETS + 1)
        assert len(found(caller, "zebra")["items"]) == TICKETS
        assert found(caller, "zebra", ALICE)["items"] == []
        [first, *_] = found(caller, "INC-7")["items"]
        assert (first["number"], first["state"]) == ("INC-7", "open")
        assert caller.call("suggest", ALICE, q="my mod", size=5)["items"][0]["number"] == "KB-1001"
        assert 'trackline_searches_total{backend="elasticsearch",outcome="answered"}' in stays.metrics()

        live = documents(settings)
        assert caller.call("replay", AGENT) == "forbidden"
        assert caller.call("replay", ADMIN)["job_id"]
        assert len(found(caller, "zebra")["items"]) == TICKETS
        eventually(lambda: documents(settings) == live and caught_up(caller), 30)
        eventually(lambda: len(found(caller, "modem")["items"]) == TICKETS + 1)

        more = [ticket_event(f"m{n:04}", 1, "Many", number=f"INC-{1000 + n}", team_id="network") for n in range(MANY)]
        assert all(bus.send([to_exchange(event) for event in more]))
        eventually(lambda: len(documents(settings)) == TICKETS + MANY and caught_up(caller), 60)
        begun = caller.call("rebuild", ADMIN)["job_id"]
        eventually(lambda: 200 < rebuild(caller)["documents"] < MANY - 200)
        stays.kill()
        dies.start()
        stack.callback(dies.end)
        eventually(dies.ready, 60)
        eventually(lambda: rebuild(caller)["phase"] == "done", 60)
        assert rebuild(caller)["job_id"] == begun
        # It went on where the other had died: each was counted once.
        assert rebuild(caller)["documents"] == TICKETS + MANY + 1
        eventually(lambda: len(found(caller, "modem")["items"]) == TICKETS + 1)
