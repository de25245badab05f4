"""The numbers of the API equal those that a short computation gets from the file: after the import, after a rebuild,
and after the events arrived twice and in random order."""

import random
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from harness import oracle
from harness.agreement import EVER
from harness.api import Api, wait_for
from harness.incidents import Desk
from harness.oracle import History

from trackline_chassis.publisher import Publisher
from trackline_core.messages import to_queue
from trackline_core.outbox import from_row

QUEUE = "analytics.events"
OURS = {"filter[source]": "servicenow"}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def expected(desk: Desk) -> dict[str, Any]:
    return from_file(desk.histories)


def from_file(histories: Mapping[str, History]) -> dict[str, Any]:
    found = histories.values()
    states = oracle.seconds_by_state_and_priority(found)
    return {
        "tickets": len(histories),
        "events": sum(len(one.moves) for one in found),
        "resolution": {
            priority: pytest.approx(spread) for priority, spread in oracle.resolution_by_priority(found).items()
        },
        "reopened": sum(one.reopenings > 0 for one in found),
        "reopenings": {number: one.reopenings for number, one in histories.items()},
        "reassignments": {number: one.reassignments for number, one in histories.items()},
        "backlog": oracle.backlog_by_day(found),
        # The time in the state closed is not counted, even if the ticket was reopened.
        "states": {
            priority: {state: seconds for state, seconds in times.items() if seconds and state != "closed"}
            for priority, times in states.items()
        },
    }


def from_api(admin: Api, first: date, last: date) -> dict[str, Any]:
    """Returns the same shape as `from_file`. `first` and `last` are days in UTC."""
    summary = admin.get("/analytics/summary", **EVER, **OURS, group_by="priority")
    by_priority = {group["key"]["priority"]: group for group in summary["groups"]}
    days = {"from": f"{first}T00:00:00Z", "to": f"{last + timedelta(days=1)}T00:00:00Z"}
    series = admin.get("/analytics/series", **days, **OURS, every="day", time_zone="UTC")
    refs = {one["id"]: one["external_ref"] for one in admin.all("/tickets", **OURS)}
    tickets = admin.all("/analytics/tickets", **EVER, **OURS, measure="created")
    return {
        "tickets": summary["total"]["created"],
        "events": sum(one["events"] for one in tickets),
        "resolution": {
            priority: group["measures"]["resolution"]
            for priority, group in by_priority.items()
            if group["measures"]["resolution"]["count"]
        },
        "reopened": summary["total"]["reopened"],
        "reopenings": {refs[one["id"]]: one["reopenings"] for one in tickets},
        "reassignments": {refs[one["id"]]: one["reassignments"] for one in tickets},
        "backlog": {
            datetime.fromisoformat(bucket["from"]).date(): bucket["total"]["backlog"] for bucket in series["buckets"]
        },
        "states": {priority: group["state_seconds"] for priority, group in by_priority.items()},
    }


def numbers(desk: Desk) -> dict[str, Any]:
    days = oracle.backlog_by_day(desk.histories.values())
    return from_api(desk.admin, min(days), max(days))


def wait_until_all_is_in(desk: Desk) -> None:
    events = sum(len(one.moves) for one in desk.histories.values())
    wait_for(lambda: _events(desk) == events, 60)


def _events(desk: Desk) -> int:
    return sum(one["events"] for one in desk.admin.all("/analytics/tickets", **EVER, **OURS, measure="created"))


def _generation(desk: Desk) -> tuple[int, bool]:
    state = desk.truth.database("analytics")["generations"].find_one() or {"live": 0, "building": None}
    return state["live"], state["building"] is not None


def test_after_the_import(desk: Desk, expected: dict[str, Any]) -> None:
    wait_until_all_is_in(desk)
    assert numbers(desk) == expected


def test_every_number_opens_its_tickets(desk: Desk) -> None:
    wait_until_all_is_in(desk)
    summary = desk.admin.get("/analytics/summary", **EVER, **OURS, group_by="priority")
    for group in [{"measures": summary["total"], "tickets": summary["tickets"]}, *summary["groups"]]:
        for measure in ("created", "resolved", "reopened", "backlog"):
            address = group["tickets"].removeprefix("/api/v1").replace("{measure}", measure)
            path, _, query = address.partition("?")
            params = dict(httpx.QueryParams(query))
            assert len(desk.admin.all(path, **params)) == group["measures"][measure], address


def test_after_a_rebuild_of_spoilt_numbers(desk: Desk, expected: dict[str, Any]) -> None:
    wait_until_all_is_in(desk)
    wait_for(lambda: not _generation(desk)[1], 60)
    desk.truth.spoil_facts()
    wait_for(lambda: numbers(desk) != expected)
    live, _ = _generation(desk)
    desk.admin.post("/analytics/rebuild", {})
    wait_for(lambda: _generation(desk) == (live + 1, False), 120)
    assert numbers(desk) == expected


def test_after_the_events_arrived_twice_and_in_random_order(desk: Desk, expected: dict[str, Any]) -> None:
    """The events arrive in an empty database, before the replay that a new consumer asks for."""
    dice = random.Random(8)
    events = [from_row(row) for row in desk.truth.log()]
    twice = [*events, *events]
    dice.shuffle(twice)
    desk.system.programs["analytics"].stop()
    database = desk.truth.database("analytics")
    database.client.drop_database(database.name)
    with closing(Publisher(desk.system.backends.amqp_url)) as publisher:
        assert all(publisher.publish([to_queue(event, QUEUE) for event in twice]))
    desk.system.restart("analytics")
    wait_until_all_is_in(desk)
    outcomes = httpx.get(f"http://127.0.0.1:{desk.system.health_ports['analytics']}/metrics").text
    for outcome in ("parked", "duplicate"):
        assert f'trackline_analytics_events_total{{outcome="{outcome}"}}' in outcomes
    assert numbers(desk) == expected
    wait_for(lambda: not _generation(desk)[1], 120)
    assert numbers(desk) == expected
