"""Checks that every service's store holds each acknowledged ticket once, as soon as the bus is quiet."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from harness.api import Api, wait_for
from harness.truth import Truth
from trackline_chassis import dead_letters

EVER = {"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


def assert_agreement(
    truth: Truth, admin: Api, amqp_url: str, acknowledged: Mapping[str, str], seconds: float = 60
) -> None:
    """`acknowledged` is number → id. The stores may also hold other tickets."""
    wait_for(lambda: truth.pending() == 0, seconds)
    tickets = truth.tickets()
    assert {number: tickets[number]["_id"] for number in acknowledged if number in tickets} == dict(acknowledged)
    _assert_log_is_whole(truth, tickets)
    ids = set(acknowledged.values())
    wait_for(lambda: _search_is_current(truth, tickets), seconds)
    wait_for(lambda: admin.get("/search/status")["dirty"] == 0, seconds)
    wait_for(lambda: admin.get("/analytics/summary", **EVER)["total"]["created"] == len(tickets), seconds)
    wait_for(lambda: len(_received(truth, ids)) == len(ids), seconds)
    assert set(_received(truth, ids).values()) <= {1}
    assert dead_letters.handle(amqp_url, "list") == []


def _assert_log_is_whole(truth: Truth, tickets: Mapping[str, Any]) -> None:
    sequences: dict[str, list[int]] = {}
    for row in truth.log():
        sequences.setdefault(row["subject"], []).append(row["sequence"])
    assert sequences == {one["_id"]: list(range(1, one["version"] + 1)) for one in tickets.values()}


def _search_is_current(truth: Truth, tickets: Mapping[str, Any]) -> bool:
    documents = {key: one["sequence"] for key, one in truth.search_documents().items()}
    return documents == {f"ticket:{one['_id']}": one["version"] for one in tickets.values()}


def _received(truth: Truth, ids: set[str]) -> Counter[str]:
    return Counter(one["ticket_id"] for one in truth.inbox() if one["reason"] == "received" and one["ticket_id"] in ids)
