"""The audit log and the used-by operations over HTTP, with fake services."""

import pytest

from .gateways import World

AUDIT = "/api/v1/audit"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", AUDIT), ("POST", f"{AUDIT}/t1:00000002/restore"), ("GET", "/api/v1/teams/desk/used-by")],
)
async def test_only_administrators_may_read_it(gateway: World, method: str, path: str) -> None:
    for who in ("rita", "alf"):
        assert (await gateway.ask(method, path, who, json=None)).status_code == 403


async def test_the_query_reaches_the_service(gateway: World) -> None:
    answer = await gateway.ask(
        "GET", f"{AUDIT}?kind=category&actor_id=anna&since=2026-01-01T00:00:00Z&page[size]=5", "anna"
    )
    assert answer.json() == {"data": [], "meta": {"has_more": False}, "links": {"next": None}}
    query = gateway.rpc.sent("tickets.record_changes")["query"]
    assert (query["kinds"], query["actor_id"], query["size"]) == (["category"], "anna", 5)


async def test_an_unknown_change_is_not_found(gateway: World) -> None:
    answer = await gateway.ask("POST", f"{AUDIT}/t1:00000002/restore", "anna")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_team_is_used_by_its_members_and_by_records_that_name_it(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/teams/desk/used-by", "anna")
    used = [(one["kind"], one["name"], one["field"]) for one in answer.json()["data"]]
    assert used == [("category", "Network", "team_id"), ("user", "Alf", "teams")]
