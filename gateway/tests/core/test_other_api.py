"""Articles, categories, search, inbox and measures over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.api import examples

from .gateways import World

READS = [
    "/api/v1/tickets", "/api/v1/tickets/INC-1", "/api/v1/tickets/INC-1/comments", "/api/v1/tickets/INC-1/events",
    "/api/v1/categories", "/api/v1/categories/c1", "/api/v1/articles", "/api/v1/articles/KB-1",
    "/api/v1/articles/KB-1/versions", "/api/v1/articles/KB-1/versions/2",
    "/api/v1/articles/KB-1/diff?earlier=1&later=2", "/api/v1/search?q=vpn",
    "/api/v1/suggest?q=vpn", "/api/v1/notifications", "/api/v1/analytics/summary",
]  # fmt: skip


@pytest.mark.parametrize("path", READS)
async def test_everything_can_be_read(gateway: World, path: str) -> None:
    answer = await gateway.ask("GET", path)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("method", "path", "who", "of"),
    [
        ("POST", "/api/v1/tickets", "rita", examples.TICKET),
        ("PATCH", "/api/v1/tickets/INC-1", "alf", examples.PATCH),
        ("POST", "/api/v1/tickets/INC-1/updates", "alf", examples.UPDATE),
        ("POST", "/api/v1/tickets/INC-1/comments", "alf", examples.COMMENT),
        ("POST", "/api/v1/categories", "anna", examples.CREATE_RECORD["category"]),
        ("POST", "/api/v1/articles", "alf", examples.ARTICLE),
        ("POST", "/api/v1/articles/KB-1/restore", "alf", examples.RESTORE),
    ],
)
async def test_the_documented_examples_are_accepted(gateway: World, method: str, path: str, who: str, of: Any) -> None:
    for example in of.values():
        answer = await gateway.ask(method, path, who, json=example["value"])
        assert answer.is_success, answer.text


async def test_an_article_changes_only_from_the_version_that_was_seen(gateway: World) -> None:
    seen = await gateway.ask("GET", "/api/v1/articles/KB-1")
    headers = {"If-Match": seen.headers["ETag"]}
    answer = await gateway.ask("PATCH", "/api/v1/articles/KB-1", json={"state": "archived"}, headers=headers)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"4"')
    sent = gateway.rpc.sent("knowledge.update_article")
    assert sent == {"number": "KB-1", "command": {"state": "archived"}, "if_match": 3}


async def test_two_versions_are_compared_word_by_word(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/articles/KB-1/diff?earlier=2&later=3")
    parts = [
        {"op": "same", "text": "Version "}, {"op": "removed", "text": "2"}, {"op": "added", "text": "3"},
    ]  # fmt: skip
    assert answer.json() == {
        "earlier": 2, "later": 3, "fields": [{"field": "body", "before": None, "after": None, "parts": parts}],
    }  # fmt: skip


async def test_an_earlier_text_is_restored_on_the_version_that_was_seen(gateway: World) -> None:
    headers = {"If-Match": '"3"'}
    answer = await gateway.ask("POST", "/api/v1/articles/KB-1/restore", json={"version": 2}, headers=headers)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"4"')
    sent = gateway.rpc.sent("knowledge.restore_article")
    assert sent == {"number": "KB-1", "command": {"version": 2}, "if_match": 3}


async def test_the_team_of_an_article_must_exist(gateway: World) -> None:
    body = {"title": "x", "body": "y", "visibility": "team", "team_id": "nowhere"}
    answer = await gateway.ask("POST", "/api/v1/articles", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/team_id")


async def test_a_search_reports_degradation_and_continues_by_cursor(gateway: World) -> None:
    gateway.rpc.answers["knowledge.search"] = {"items": [], "degraded": True, "after": "n", "did_you_mean": "vpn"}
    answer = (await gateway.ask("GET", "/api/v1/search?q=vpm&type=ticket&filter[state]=open&page[size]=5")).json()
    told = {"has_more": True, "degraded": True, "did_you_mean": "vpn", "facets": {}, "read_as_words": None}
    assert answer["meta"] == told
    query = gateway.rpc.sent("knowledge.search")["query"]
    assert (query["q"], query["type"], query["size"], query["facets"]) == ("vpm", "ticket", 5, False)
    await gateway.ask("GET", answer["links"]["next"])
    assert gateway.rpc.sent("knowledge.search")["query"] == {**query, "after": "n"}
    await gateway.ask("GET", "/api/v1/search?q=vpn&facets=true")
    assert gateway.rpc.sent("knowledge.search")["query"]["facets"] is True


async def test_the_inbox_counts_unread_entries(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/notifications?unread_only=true", "rita")
    assert answer.json()["meta"] == {"has_more": False, "unread": 4}
    assert gateway.rpc.sent("notifications.inbox")["query"]["unread_only"] is True
    answer = await gateway.ask("POST", "/api/v1/notifications/read", "rita", json={"ticket_id": "t"})
    assert answer.json() == {"unread": 0}


async def test_measures_of_a_period(gateway: World) -> None:
    query = "from=2026-01-01&to=2026-02-01T00:00:00Z&group_by=priority,team_id&filter[kind]=incident"
    answer = await gateway.ask("GET", f"/api/v1/analytics/summary?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["from"] == "2026-01-01T00:00:00Z"
    sent = gateway.rpc.sent("analytics.summary")["query"]
    assert sent["group_by"] == ["priority", "team_id"]
    assert sent["filter"]["and"][0]["field"] == "kind"


async def test_each_set_of_measures_links_to_its_tickets(gateway: World) -> None:
    query = "from=2026-01-01&to=2026-02-01&group_by=team_id,priority&filter[kind]=incident"
    answer = (await gateway.ask("GET", f"/api/v1/analytics/summary?{query}")).json()
    for address, conditions in ((answer["tickets"], 1), (answer["groups"][0]["tickets"], 3)):
        listed = (await gateway.ask("GET", address.replace("{measure}", "reopened"))).json()
        sent = gateway.rpc.sent("analytics.tickets")["query"]
        assert (sent["measure"], sent["from"], sent["to"]) == ("reopened", answer["from"], answer["to"])
        assert len(sent["filter"]["and"][0]["and"]) == conditions
        assert "page%5Bafter%5D=next" in listed["links"]["next"]


@pytest.mark.parametrize(
    ("zone", "start", "end", "expected"),
    [
        ("UTC", "2026-03-10T00:00Z", "2026-03-17T00:00Z", "2026-03-03T00:00:00Z"),
        ("UTC", "2026-03-10T06:00Z", "2026-03-10T18:00Z", "2026-03-09T18:00:00Z"),
        # Clocks in Berlin went forward on 29 March.
        ("Europe/Berlin", "2026-03-30T22:00Z", "2026-04-02T22:00Z", "2026-03-27T23:00:00Z"),
    ],
)
async def test_the_previous_period_has_the_same_number_of_days(
    gateway: World, zone: str, start: str, end: str, expected: str
) -> None:
    query = f"compare=previous&time_zone={zone}&from={start}&to={end}"
    answer = await gateway.ask("GET", f"/api/v1/analytics/summary?{query}")
    assert answer.status_code == 200, answer.text
    assert gateway.rpc.sent("analytics.summary")["query"]["compare_from"] == expected


async def test_a_series_uses_the_requested_time_zone_or_the_callers(gateway: World) -> None:
    for query, zone in (("every=week&time_zone=Asia/Tokyo", "Asia/Tokyo"), ("every=week", "UTC")):
        answer = (await gateway.ask("GET", f"/api/v1/analytics/series?{query}")).json()
        assert answer["zone"] == zone
        assert answer["buckets"][0]["tickets"].startswith("/api/v1/analytics/tickets?measure={measure}&from=")
        assert gateway.rpc.sent("analytics.series")["query"]["every"] == "week"


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("series?time_zone=Mars/Olympus", "time_zone"),
        ("series?time_zone=..%2Fetc", "time_zone"),
        ("series?every=hour", "every"),
        ("summary?compare=later", "compare"),
        ("summary?compare=previous&from=0001-01-01&to=0001-02-01", "compare"),
        ("tickets", "measure"),
    ],
)
async def test_wrong_zones_steps_and_measures(gateway: World, path: str, parameter: str) -> None:
    answer = await gateway.ask("GET", f"/api/v1/analytics/{path}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, parameter)


async def test_the_period_is_by_default_the_last_30_days(gateway: World) -> None:
    body = (await gateway.ask("GET", "/api/v1/analytics/summary")).json()
    since, to = datetime.fromisoformat(body["from"]), datetime.fromisoformat(body["to"])
    assert to - since == timedelta(days=30)
    assert abs(datetime.now(UTC) - to) < timedelta(seconds=10)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-02-01&to=2026-01-01",
        "from=2026-01-01&to=2026-01-01",
        "to=0001-01-01",
        "from=9999-12-31T23:00:00-05:00",
        "group_by=colour",
        "group_by=priority,team_id,kind",
        "from=soon",
    ],
)
async def test_wrong_periods_and_groups(gateway: World, query: str) -> None:
    answer = await gateway.ask("GET", f"/api/v1/analytics/summary?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["parameter"]
