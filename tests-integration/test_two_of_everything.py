"""Two replicas of each service and of the gateway: every effect happens once, and both gateways show it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from conftest import running_system
from harness.agreement import EVER, assert_agreement
from harness.api import Api, wait_for
from harness.live import Listener, Pair
from harness.replicas import metric, second_of_each
from harness.truth import Truth

from trackline_local.packages import SERVICES
from trackline_testing.amounts import amount

TICKETS = amount("TWIN_TICKETS", short=30, long=300)
CLIENTS = 6
COMMENTS = (("agent", "public"), ("agent", "internal"), ("requester", "public"))
# No process dies here, so a machine that hangs for some seconds must not lead to a mail of unknown outcome.
PATIENT = {"TRACKLINE_MAIL_TIMEOUT_SECONDS": "60", "TRACKLINE_MAIL_CLAIM_SECONDS": "300"}

pytestmark = pytest.mark.timeout(240 + 2 * TICKETS)


@dataclass
class Day:
    """The tickets that were created through both gateways, and the live streams of both."""

    truth: Truth
    admin: Api
    amqp_url: str
    acknowledged: dict[str, str]
    seen: list[Listener]
    ports: dict[str, tuple[int, int]]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("twice")
    with running_system(folder, None, **PATIENT) as system, second_of_each(system) as second:
        admin = Api.sign_in(system.url, system.administrator.email, system.administrator.password)
        admin.wait_for_starter_pack()
        agent = admin.new_person("Alice Agent", {admin.team("Service Desk"): "reply"})
        requester = admin.new_person("Bob Requester")
        both = [
            {"agent": Api(url, agent.token), "requester": Api(url, requester.token)} for url in (system.url, second.url)
        ]
        truth = Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])
        with Listener(agent) as here, Listener(agent, second.url) as there:
            with ThreadPoolExecutor(CLIENTS) as pool:
                acknowledged = dict(pool.map(lambda number: _talk(both, number), range(TICKETS)))
            wait_for(lambda: truth.pending() == 0)
            written = {(one["subject"], one["sequence"]) for one in truth.log()}
            wait_for(lambda: here.pairs >= written and there.pairs >= written)
        ports = {name: (system.health_ports[name], second.ports[name]) for name in SERVICES}
        yield Day(truth, admin, system.backends.amqp_url, acknowledged, [here, there], ports)
        truth.close()
        for api in (admin, agent, requester, *(one for pair in both for one in pair.values())):
            api.http.close()


def test_both_replicas_worked(day: Day) -> None:
    calls = {name: [metric(port, "trackline_rpc_seconds_count") for port in day.ports[name]] for name in SERVICES}
    assert min(calls["tickets"]) > TICKETS
    consumers = ("notifications", "knowledge", "analytics")
    events = {name: [metric(port, "trackline_events_total") for port in day.ports[name]] for name in consumers}
    assert all(min(counts) > 0 for counts in events.values()), events


def test_every_effect_is_there_once(day: Day) -> None:
    assert_agreement(day.truth, day.admin, day.amqp_url, day.acknowledged)
    # Each was requested twice at the same time with one key.
    assert len(day.truth.tickets()) == len(day.acknowledged) == TICKETS
    texts = Counter(row["data"]["comment"]["text"] for row in day.truth.log())
    assert set(texts.values()) == {1}
    assert len(texts) == TICKETS * (1 + len(COMMENTS))
    total = wait_for(
        lambda: (now := day.admin.get("/analytics/summary", **EVER)["total"])["first_reply"]["count"] == TICKETS and now
    )
    assert (total["created"], total["backlog"]) == (TICKETS, TICKETS)


def test_everybody_is_notified_once(day: Day) -> None:
    waiting = {"queued", "claimed", "handing"}
    wait_for(lambda: not waiting & set(day.truth.delivery_states()), 60)
    assert set(day.truth.delivery_states()) == {"sent"}
    assert set(day.truth.mails().values()) == {1}
    mailed = {one["message_id"] for one in day.truth.deliveries()}
    assert set(day.truth.mails()) == mailed
    replied = Counter(one["ticket_id"] for one in day.truth.inbox() if one["reason"] == "replied")
    assert replied == dict.fromkeys(day.acknowledged.values(), 1)


def test_both_gateways_show_all_live(day: Day) -> None:
    written: set[Pair] = {(one["subject"], one["sequence"]) for one in day.truth.log()}
    for listener in day.seen:
        assert Counter(frame.pair for frame in listener.named("ticket")) == dict.fromkeys(written, 1)
        assert len(listener.visits) == 1


def _talk(both: list[dict[str, Api]], number: int) -> tuple[str, str]:
    """Sends every write to both gateways at the same time with one key."""
    body = {"title": f"Twin {number}", "description": f"Opened through two doors, as number {number}."}
    made = _through_both(both, "requester", "/tickets", body)
    for author, visibility in COMMENTS:
        text = {"text": f"{visibility} words of the {author} on {number}", "visibility": visibility}
        _through_both(both, author, f"/tickets/{made['number']}/comments", text)
    return made["number"], made["id"]


def _through_both(both: list[dict[str, Api]], author: str, path: str, body: dict[str, str]) -> Any:
    key = uuid4().hex
    with ThreadPoolExecutor(2) as pool:
        first, again = pool.map(lambda apis: apis[author].post(path, body, key), both)
    assert first == again
    return first
