"""Two replicas of the service with a real bus, store and index, one of which is killed while it works."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from knowledge.domain.document import Document
from trackline_chassis.amqp import connect, declare_topology
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import to_exchange
from trackline_schemas.events import Event
from trackline_testing.backends import own_backends
from trackline_testing.caller import Caller
from trackline_testing.log_owner import LogOwner
from trackline_testing.service import Service
from trackline_testing.waiting import wait_for

from .running import PATIENCE
from .samples import ADMIN, AGENT, ALICE, team_event, ticket_event
from .upkeep import drop_indices

TICKETS = 60
MANY = 1500


@pytest.fixture
def settings(elastic: Elasticsearch) -> Iterator[ChassisSettings]:
    with own_backends() as found:
        yield found
        drop_indices(elastic, f"{found.database_prefix}-search")


def history(number: int) -> list[Event]:
    key, named = f"t{number:03}", {"number": f"INC-{number}", "team_id": "network"}
    return [
        ticket_event(key, 1, f"The modem hums, note {number}", title=f"Modem {number}", **named),
        ticket_event(key, 2, "Suspect the zebra", "internal", title=f"Modem {number}", **named),
        ticket_event(key, 3, "It is silent now", title=f"Modem {number} quiet", state="open", **named),
    ]


def documents(settings: ChassisSettings) -> dict[str, Document]:
    """Returns the search documents without the number of their changes."""
    with database(settings, "knowledge").client as client:
        rows = client[f"{settings.database_prefix}_knowledge"]["search_documents"].find({"type": "ticket"})
        return {row["_id"]: {name: row[name] for name in row if name not in ("rev", "dirty_at")} for row in rows}


def caught_up(caller: Caller) -> bool:
    status: dict[str, Any] = caller.call("status", ADMIN)
    return not (status["dirty"] or status["degraded"])


def latest(caller: Caller, kind: str) -> dict[str, Any]:
    [job] = [job for job in caller.call("status", ADMIN)["jobs"] if job["kind"] == kind]
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
        bus = stack.enter_context(closing(Bus(settings.amqp_url)))
        assert bus.publish(team_event("network", 1, False))
        owner = stack.enter_context(closing(LogOwner(settings, bus)))
        owner.write(events)
        index = {
            "TRACKLINE_ELASTICSEARCH_URL": elastic_url,
            "TRACKLINE_INDEX_PREFIX": settings.database_prefix,
            # MongoDB's answers miss what a replay reads anew, and it answers when Elasticsearch takes too long.
            "TRACKLINE_SEARCH_TIMEOUT_SECONDS": str(PATIENCE),
        }
        stays, dies = services = [Service("knowledge", settings, tmp_path, **index) for _ in range(2)]
        for service in services:
            service.start()
            stack.callback(service.stop)
        for service in services:
            service.wait_ready(60)
        caller = stack.enter_context(closing(Caller(settings.amqp_url, "knowledge")))

        assert all(bus.send([to_exchange(event) for event in heard[:120]]))
        dies.kill()
        assert all(bus.send([to_exchange(event) for event in heard[120:]]))
        article = caller.call("create_article", AGENT, command={"title": "Modem", "body": "Dust", "state": "published"})
        assert article["number"] == "KB-1001"

        wait_for(lambda: len(documents(settings)) == TICKETS and caught_up(caller), 30)
        wait_for(lambda: len(found(caller, "modem")["items"]) == TICKETS + 1)
        assert len(found(caller, "zebra")["items"]) == TICKETS
        assert found(caller, "zebra", ALICE)["items"] == []
        [first, *_] = found(caller, "INC-7")["items"]
        assert (first["number"], first["state"]) == ("INC-7", "open")
        [suggested] = wait_for(lambda: caller.call("suggest", ALICE, q="my mod", size=5)["items"])
        assert suggested["number"] == "KB-1001"
        assert 'trackline_searches_total{backend="elasticsearch",outcome="answered"}' in stays.metrics()

        live = documents(settings)
        assert caller.call("replay", AGENT) == "forbidden"
        assert caller.call("replay", ADMIN)["job_id"]
        assert len(found(caller, "zebra")["items"]) == TICKETS
        # Until then it may forget any ticket, and what comes next is not in the log.
        wait_for(lambda: latest(caller, "replay")["phase"] == "done", 60)
        wait_for(lambda: documents(settings) == live and caught_up(caller), 30)
        wait_for(lambda: len(found(caller, "modem")["items"]) == TICKETS + 1)

        more = [ticket_event(f"m{n:04}", 1, "Many", number=f"INC-{1000 + n}", team_id="network") for n in range(MANY)]
        assert all(bus.send([to_exchange(event) for event in more]))
        wait_for(lambda: len(documents(settings)) == TICKETS + MANY and caught_up(caller), 60)
        begun = caller.call("rebuild", ADMIN)["job_id"]
        wait_for(lambda: 200 < latest(caller, "rebuild")["documents"] < MANY - 200)
        stays.kill()
        dies.start()
        dies.wait_ready(60)
        wait_for(lambda: latest(caller, "rebuild")["phase"] == "done", 60)
        assert latest(caller, "rebuild")["job_id"] == begun
        # It went on where the other had died: each was counted once.
        assert latest(caller, "rebuild")["documents"] == TICKETS + MANY + 1
        wait_for(lambda: len(found(caller, "modem")["items"]) == TICKETS + 1)
