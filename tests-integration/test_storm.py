"""No acknowledged ticket or comment is lost or duplicated when processes die. docs/testing.md has the long form."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import running_system
from harness import storm
from harness.api import Api, wait_for
from harness.truth import Truth

from trackline_testing.amounts import amount

TICKETS = amount("STORM_TICKETS", short=60, long=1000)
SEED = int(os.environ.get("STORM_SEED", "1"))

pytestmark = pytest.mark.timeout(60 + TICKETS * 3)


class Aftermath:
    """Runs the storm once, and gives access to its results when the bus is quiet."""

    def __init__(self, system: Any, prefix: str) -> None:
        admin = Api.sign_in(system.url, system.administrator.email, system.administrator.password)
        admin.wait_for_starter_pack()
        self.admin = admin
        self.agent = admin.new_person("Alice Agent", {admin.team("Service Desk"): "reply"})
        self.requesters = [admin.new_person(f"Requester{number} Storm") for number in range(3)]
        self.acknowledged = storm.run(system, self.requesters, self.agent, TICKETS, SEED)
        # The period ends now, because the hours in a state grow as long as a period has not ended.
        self.until = datetime.now(UTC)
        self.truth = Truth(system, prefix)

    def close(self) -> None:
        for api in (self.admin, self.agent, *self.requesters):
            api.http.close()
        self.truth.close()


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    with running_system(tmp_path_factory.mktemp("storm"), TRACKLINE_MAILBOX_KEEP="100000") as system:
        one = Aftermath(system, system.environment["TRACKLINE_DATABASE_PREFIX"])
        yield one
        one.close()


def test_every_process_was_killed(after: Aftermath) -> None:
    assert set(after.acknowledged.kills) == set(storm.VICTIMS)


def test_each_acknowledged_ticket_and_comment_is_there_once(after: Aftermath) -> None:
    wait_for(lambda: after.truth.pending() == 0)
    tickets = after.truth.tickets()
    assert {number: ticket["_id"] for number, ticket in tickets.items()} == after.acknowledged.tickets
    log = after.truth.log()
    for number, ticket in tickets.items():
        sequences = [row["sequence"] for row in log if row["subject"] == ticket["_id"]]
        assert sequences == list(range(1, ticket["version"] + 1)), number
    texts = [row["data"]["comment"]["text"] for row in log if row["data"].get("comment")]
    assert len(texts) == len(set(texts)) == 4 * len(tickets)
    assert set(after.acknowledged.comments) < set(texts)
    assert len(after.acknowledged.comments) == 3 * len(tickets)
    assert after.acknowledged.repeats > 0


def test_search_and_analytics_agree_with_tickets(after: Aftermath) -> None:
    tickets = after.truth.tickets()

    def search_agrees() -> bool:
        documents = after.truth.search_documents()
        return {f"ticket:{one['_id']}": one["version"] for one in tickets.values()} == {
            key: document["sequence"] for key, document in documents.items()
        }

    wait_for(search_agrees, 30)
    wait_for(lambda: _status(after)["dirty"] == 0, 30)
    wait_for(lambda: _summary(after)["total"]["created"] == len(tickets), 30)
    wait_for(lambda: _summary(after)["total"]["first_reply"]["count"] == len(tickets), 30)


def test_rebuilt_equals_live(after: Aftermath) -> None:
    live_documents, live_summary = after.truth.search_documents(), _summary(after)
    # The data is made wrong first. That it is right again shows that it was rebuilt.
    after.truth.database("knowledge").search_documents.update_many({"type": "ticket"}, {"$set": {"title": "spoilt"}})
    after.truth.spoil_facts()
    wait_for(lambda: _summary(after) != live_summary)
    after.admin.post("/search/replay", {})
    after.admin.post("/analytics/rebuild", {})
    wait_for(lambda: after.truth.search_documents() == live_documents, 60)
    wait_for(lambda: _summary(after) == live_summary, 60)


def test_each_mail_is_handed_over_at_most_once(after: Aftermath) -> None:
    open_states = {"queued", "claimed", "handing"}
    wait_for(lambda: not open_states & set(after.truth.delivery_states()), 120)
    arrived = after.truth.mails()
    assert set(arrived.values()) <= {1}, [mail for mail, times in arrived.items() if times > 1]
    deliveries = after.truth.deliveries()
    assert {one["state"] for one in deliveries} <= {"sent", "unknown"}
    sent = {one["message_id"] for one in deliveries if one["state"] == "sent"}
    doubtful = {one["message_id"] for one in deliveries if one["state"] == "unknown"}
    assert sent <= set(arrived)
    assert set(arrived) <= sent | doubtful
    replies = [one for one in deliveries if one["_id"].endswith(":mail")]
    assert len({one["_id"] for one in replies}) == len(replies)


def test_each_inbox_entry_is_there_once(after: Aftermath) -> None:
    people = {api.me["id"] for api in after.requesters}
    entries = [one for one in after.truth.inbox() if one["recipient_id"] in people]
    replied = [one["_id"] for one in entries if one["reason"] == "replied"]
    received = [one["_id"] for one in entries if one["reason"] == "received"]
    assert len(replied) == len(set(replied)) == len(after.acknowledged.tickets)
    assert len(received) == len(set(received)) == len(after.acknowledged.tickets)


def _summary(after: Aftermath) -> Any:
    period = {"from": "2020-01-01T00:00:00Z", "to": after.until.isoformat()}
    found = after.admin.get("/analytics/summary", group_by="priority,team_id", **period)
    return {"total": found["total"], "groups": found["groups"]}


def _status(after: Aftermath) -> Any:
    return after.admin.get("/search/status")
